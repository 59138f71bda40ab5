# In a chroot: tarball.sh plain|rhel. Installs the tarball as a user without rights, uses and removes it.
. /checks/inside.sh
# A mirror may be a snapshot whose lists have expired.
apt-get update -qq -o Acquire::Check-Valid-Until=false
apt-get install -y -qq --no-install-recommends libcurl4 ca-certificates xz-utils >/dev/null 2>&1
if [[ $1 == rhel ]]; then trust_like_rhel; else trust_by_debian; fi
home="/home/a user"
useradd --home-dir "$home" --create-home user
mkdir /small
mount -t tmpfs -o size=1m,mode=1777 tmpfs /small
export HOME="$home"
start=$(date +%s%N)
setpriv --reuid=user --regid=user --clear-groups --reset-env env HOME="$home" PATH="$PATH" LANG=C \
  VERSION="$VERSION" REGISTRY="$REGISTRY" START="$start" SMALL=/small bash -euo pipefail /checks/tarball-user.sh
