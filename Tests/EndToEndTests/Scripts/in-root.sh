#!/bin/sh
# in-root.sh ROOT FOLDER PROGRAM [ARGUMENT…]: becomes a program of the folder ROOT that unstable-root.sh made, in
# which FOLDER, below /tmp, has the same path as outside. What is mounted is gone with the program.
set -eu
root=$1 folder=$2
shift 2
export root folder
# shellcheck disable=SC2016
exec unshare --mount --propagation private sh -eu -c '
  mount -t tmpfs tmpfs "$root/tmp"
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  mkdir -p "$root$folder"
  mount --bind "$folder" "$root$folder"
  exec chroot "$0" "$@"
' "$root" "$@"
