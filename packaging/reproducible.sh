#!/usr/bin/env bash
# reproducible.sh [OUTPUT]: builds all artefacts twice from the last commit, in two folders, with different users
# (if run as root), umasks, time zones and languages, and compares them. Takes about ten minutes. OUTPUT, a folder
# that is not there, gets the artefacts.
set -euo pipefail
cd "$(dirname "$0")/.."
commit=$(git rev-parse HEAD)
epoch=$(git log -1 --format=%ct "$commit")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"

# build FOLDER COMMAND…: COMMAND runs what follows it
build() {
  local folder=$1
  shift
  mkdir -p "$folder/home"
  git archive "$commit" | tar -x -C "$folder"
  # git takes nothing from a mirror that belongs to another user.
  printf '[safe]\n\tdirectory = *\n' >"$folder/home/.gitconfig"
  [[ ! -d .build-sysroot ]] || cp -a .build-sysroot "$folder/"
  if ((EUID == 0)); then chown -R "$user" "$folder"; fi
  (cd "$folder" && "$@" make artefacts) >"$work/log" 2>&1 || {
    tail -n 40 "$work/log" >&2
    return 1
  }
}
path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:$(dirname "$(command -v swift)")
common=(env -i "PATH=$path" "SOURCE_DATE_EPOCH=$epoch")
user=root
umask 022
build "$work/one" "${common[@]}" "HOME=$work/one/home" TZ=UTC LANG=C.UTF-8
other=()
if ((EUID == 0)); then
  user=nobody
  other=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
fi
umask 077
build "$work/a-second-folder" "${other[@]}" "${common[@]}" "HOME=$work/a-second-folder/home" \
  TZ=Asia/Kolkata LANG=C

if diff -r "$work/one/dist" "$work/a-second-folder/dist"; then
  cat "$work/one/dist/SHA256SUMS"
  [[ -z ${1:-} ]] || cp -r "$work/one/dist" "$1"
  echo "Both builds made the same files."
else
  echo "The two builds differ." >&2
  exit 1
fi
