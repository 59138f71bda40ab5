#!/bin/sh
# unstable-root.sh NAME PACKAGE PROGRAM [ROOT]: makes a folder with a package of Debian's unstable suite
# in it, for chroot(8), and prints its path. PROGRAM is a path that the package brings. Made once: ROOT
# names the folder, else it is NAME-root under VAULT_TEST_CACHE (default: vault-test-cache in the
# system's temporary folder). With ONLY_IF_THERE set it is not made.
# Where it cannot be had: a line that begins with "skipped:" and exit status 77.
set -eu
name=$1 package=$2 program=$3

skip() {
  echo "skipped: $1"
  exit 77
}

cache=${VAULT_TEST_CACHE:-${TMPDIR:-/tmp}/vault-test-cache}
root=${4:-$cache/$name-root}

# What somebody else has put there is not run, least of all by root.
if [ -e "$root" ] && [ "$(stat -c %u "$root")" != "$(id -u)" ]; then
  skip "$root belongs to another user"
fi
if [ -x "$root$program" ]; then
  echo "$root"
  exit 0
fi
[ -z "${ONLY_IF_THERE:-}" ] || skip "$root is not there, and is made with VAULT_FULL_SWEEP=1"
[ "$(id -u)" = 0 ] || skip "a chroot with $package can be made by root only"
command -v debootstrap >/dev/null || skip "debootstrap is not installed"

folder=$(dirname "$root")
mkdir -p "$folder"
[ "$(stat -c %u "$folder")" = 0 ] || skip "$folder belongs to another user"
exec 9>"$root.lock"
command -v flock >/dev/null && flock 9
if [ -x "$root$program" ]; then # somebody else has just made it
  echo "$root"
  exit 0
fi

log=$root.log
source=$(sh "$(dirname "$0")/../../mirror.sh") || skip "no Debian mirror in this machine's apt sources"
umount "$root.new/proc" 2>/dev/null || : # of an earlier run that was killed
rm -rf --one-file-system "$root.new"
# Into a folder of another name first, so that a half-made one is never taken for the whole.
debootstrap --variant=minbase --include="$package" sid "$root.new" "$source" >"$log" 2>&1 9>&- ||
  skip "debootstrap failed ($(tail -n 1 "$log")), see $log"
[ -x "$root.new$program" ] || skip "the suite has no $package for this machine"
mv "$root.new" "$root"
echo "$root"
