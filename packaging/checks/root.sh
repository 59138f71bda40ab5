#!/usr/bin/env bash
# root.sh SUITE SCRIPT [ARGUMENT…]: runs SCRIPT, a file of this folder, in a fresh chroot of a Debian suite, and
# throws away what it changed there. Needs root. /dist and /checks are the folders of the artefacts (DIST) and of
# the checks; NO_PROC=1 leaves /proc away. The suites are kept in VAULT_TEST_CACHE.
set -euo pipefail
suite=${1:?usage: $0 SUITE SCRIPT} script=${2:?}
shift 2
here=$(realpath "$(dirname "$0")")
cache=${VAULT_TEST_CACHE:-${TMPDIR:-/tmp}/vault-test-cache}/suites
base=$cache/$suite
mkdir -p "$cache"
exec 9>"$base.lock"
flock 9
if [[ ! -e $base/etc/os-release ]]; then
  mirror=$(sh "$here/../../Tests/mirror.sh")
  rm -rf --one-file-system "$base.new"
  debootstrap --variant=minbase "$suite" "$base.new" "$mirror" >"$base.log" 2>&1
  mv "$base.new" "$base"
fi
flock -u 9

work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
# Mounted in a namespace of their own, so that they are gone with the last process.
unshare --mount --propagation private bash -euo pipefail -c '
  base=$1 work=$2 here=$3 script=$4
  shift 4
  mount -t tmpfs tmpfs "$work"
  mkdir "$work"/{upper,work,root}
  root=$work/root
  mount -t overlay overlay -o "lowerdir=$base,upperdir=$work/upper,workdir=$work/work" "$root"
  mount --rbind /dev "$root/dev"
  [[ -n ${NO_PROC:-} ]] || mount -t proc proc "$root/proc"
  mkdir -p "$root/dist" "$root/checks" "$root/shared"
  mount --bind "$DIST" "$root/dist"
  mount --bind "$here" "$root/checks"
  [[ -z ${SHARED:-} ]] || mount --bind "$SHARED" "$root/shared"
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  echo "127.0.0.1 localhost" >"$root/etc/hosts"
  # As a login would have it: nothing of this machine but what reaches the packages.
  exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C \
    DEBIAN_FRONTEND=noninteractive ${http_proxy:+http_proxy=$http_proxy} VERSION="$VERSION" \
    REGISTRY="${REGISTRY:-}" chroot "$root" bash -euo pipefail "/checks/$script" "$@"
' root "$base" "$work" "$here" "$script" "$@"
