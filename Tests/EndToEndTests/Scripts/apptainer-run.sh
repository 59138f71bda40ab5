#!/bin/sh
# apptainer-run.sh ROOT FOLDER SCRIPT [ARGUMENT…]: runs a bash script as if the machine were the folder that
# apptainer-root.sh made. FOLDER is seen there as /mnt; what is mounted is gone afterwards.
set -eu
root=$1 folder=$2
shift 2
[ -e "$root/etc/hosts" ] || echo "127.0.0.1 localhost" >"$root/etc/hosts"
[ -e "$root/etc/resolv.conf" ] || : >"$root/etc/resolv.conf"
export root folder
# shellcheck disable=SC2016
exec unshare --mount --propagation private sh -eu -c '
  mount --rbind "$root" "$root"
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  mount -t tmpfs tmpfs "$root/tmp"
  mount --bind "$folder" "$root/mnt"
  # Not chroot(8): Apptainer runs no container in one.
  mkdir -p "$root/old"
  cd "$root"
  pivot_root . old
  umount -l /old
  exec bash -c "$@"
' sh "$@"
