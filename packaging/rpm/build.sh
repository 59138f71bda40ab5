#!/usr/bin/env bash
# build.sh TREE VERSION OUTPUT: makes OUTPUT, an .rpm, from the tree of stage.sh. SOURCE_DATE_EPOCH is the time
# of all that is in it.
set -euo pipefail
tree=$(realpath "${1:?usage: $0 TREE VERSION OUTPUT}") version=${2:?} output=${3:?}
here=$(realpath "$(dirname "$0")")
: "${SOURCE_DATE_EPOCH:?}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022
cp -a "$tree" "$work/tree"
find "$work/tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
rpmbuild --quiet -bb --target x86_64 --define "_topdir $work" --define "_rpmdir $work/out" \
  --define "release_version $version" --define "tree $work/tree" "$here/regvault.spec" \
  >"$work/log" 2>&1 || {
  cat "$work/log" >&2
  exit 1
}
cp "$work/out/x86_64/vault-registry-$version-1.x86_64.rpm" "$output"
