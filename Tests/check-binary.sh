#!/usr/bin/env bash
# Checks how a release binary was linked: hardened, and needing nothing that a bare Debian lacks
# except libsodium. Prints every fault, and ends with 1 if there is one.
set -euo pipefail
export LC_ALL=C

binary=${1:?usage: $0 BINARY}
faults=0
fault() {
  echo "$binary: $1" >&2
  faults=1
}

kind=$(readelf -Wh "$binary")
segments=$(readelf -Wl "$binary")
dynamic=$(readelf -Wd "$binary")
sections=$(readelf -WS "$binary")

grep -Eq 'Type: +DYN' <<<"$kind" || fault "is not position-independent"
grep -Eq 'FLAGS_1.*PIE' <<<"$dynamic" || fault "is not marked as a position-independent program"
grep -q 'GNU_RELRO' <<<"$segments" || fault "has no RELRO"
grep -Eq 'FLAGS_1.*NOW' <<<"$dynamic" || fault "has only partial RELRO: not linked with -z now"
grep -Eq 'GNU_STACK.* RWE' <<<"$segments" && fault "has an executable stack"
grep -Eq '\((RUNPATH|RPATH)\)' <<<"$dynamic" && fault "has a RUNPATH"
grep -Eq ' \.symtab ' <<<"$sections" && fault "is not stripped"

libraries=$(sed -nE 's/.*\(NEEDED\).*\[(.*)\]/\1/p' <<<"$dynamic")
[[ -n $libraries ]] || fault "links no shared library at all"
for library in $libraries; do
  case $library in
    libsodium.so.* | libc.so.* | libm.so.* | ld-linux*.so.*) ;;
    *) fault "needs $library" ;;
  esac
done
grep -q '^libsodium\.so\.' <<<"$libraries" || fault "does not link libsodium"

# Types are named with their modules even in a stripped program.
grep -aqE '\$s(10Foundation|13FoundationXML|20FoundationNetworking|30FoundationInternationalization)' \
  "$binary" && fault "contains Foundation beyond FoundationEssentials"

case ${binary##*/} in
  vault) (($(stat -c %s "$binary") <= 20000000)) || fault "is larger than 20 MB" ;;
  docker-credential-vault) grep -aq libcurl "$binary" && fault "contains code for libcurl" ;;
esac

exit "$faults"
