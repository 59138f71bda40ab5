#!/usr/bin/env bash
# install-here.sh PROGRAMS: tries install.sh and uninstall.sh on this machine with built programs from the
# folder PROGRAMS. As root it becomes nobody, in a mount namespace with a small disk if there can be one.
set -euo pipefail
here=$(realpath "$(dirname "$0")")
programs=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
mkdir "$work/checks"
cp "$here/install.sh" "$here/inside.sh" "$work/checks/"
bash "$here/../stage.sh" "$programs/vault" "$programs/docker-credential-vault" "$work/tree"
cp "$here"/../tarball/*.sh "$work/"
VERSION=$("$programs/vault" --version | sed 's/.* //')
export VERSION TMPDIR=/tmp
if ((EUID != 0)); then
  bash "$work/checks/install.sh" "$work"
  exit
fi
mkdir "$work/small"
# shellcheck disable=SC2016
try='if mount -t tmpfs -o size=1m,mode=1777 tmpfs "$1/small" 2>/dev/null; then export SMALL=$1/small; fi
exec setpriv --reuid=65534 --regid=65534 --clear-groups bash "$1/checks/install.sh" "$1"'
if unshare --mount true 2>/dev/null; then
  unshare --mount bash -c "$try" bash "$work"
else
  bash -c "${try#*fi}" bash "$work"
fi
