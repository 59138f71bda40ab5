#!/usr/bin/env bash
# check-binary.sh BINARY [GLIBC]: checks how a program was linked: hardened, without a private library
# path, and needing nothing but the C library, no newer than GLIBC if that is given. A program without a
# dynamic linker must need no library at all. Names every fault, and ends with 1 if there is one.
set -euo pipefail
export LC_ALL=C

binary=${1:?usage: $0 BINARY [GLIBC]} newest=${2:-}
faults=0
fault() {
  echo "$binary: $1" >&2
  faults=1
}

kind=$(readelf -Wh "$binary")
segments=$(readelf -Wl "$binary")
dynamic=$(readelf -Wd "$binary")
sections=$(readelf -WS "$binary")
symbols=$(readelf -W --dyn-syms "$binary")

grep -Eq 'Type: +DYN' <<<"$kind" || fault "is not position-independent"
grep -Eq 'FLAGS_1.*PIE' <<<"$dynamic" || fault "is not marked as a position-independent program"
grep -q 'GNU_RELRO' <<<"$segments" || fault "has no RELRO"
grep -Eq 'FLAGS_1.*NOW' <<<"$dynamic" || fault "has only partial RELRO: not linked with -z now"
grep -Eq 'GNU_STACK.* RWE' <<<"$segments" && fault "has an executable stack"
grep -Eq '\((RUNPATH|RPATH)\)' <<<"$dynamic" && fault "has a RUNPATH"
grep -Eq ' \.symtab ' <<<"$sections" && fault "is not stripped"

libraries=$(sed -nE 's/.*\(NEEDED\).*\[(.*)\]/\1/p' <<<"$dynamic")
if grep -q INTERP <<<"$segments"; then
  [[ -n $libraries ]] || fault "links no shared library, but has a dynamic linker"
  grep -q '__stack_chk_fail' <<<"$symbols" || fault "has no stack protector"
fi
for library in $libraries; do
  case $library in
    libc.so.6 | libm.so.6 | libpthread.so.0 | libdl.so.2 | libutil.so.1 | ld-linux*.so.*) ;;
    *) fault "needs $library" ;;
  esac
done

if [[ -n $newest ]]; then
  while read -r version; do
    [[ $(printf '%s\n' "$version" "$newest" | sort -V | tail -n 1) == "$newest" ]] ||
      fault "needs GLIBC_$version: $(grep -oE "[^ ]+@GLIBC_$version( |$)" <<<"$symbols" | tr '\n' ' ')"
  done < <(grep -oE 'GLIBC_[0-9.]+' <<<"$symbols" | cut -d _ -f 2 | sort -Vu)
fi

# Types are named with their modules even in a stripped program.
grep -aqE '\$s(10Foundation|13FoundationXML|20FoundationNetworking|30FoundationInternationalization)' \
  "$binary" && fault "contains Foundation beyond FoundationEssentials"

(($(stat -c %s "$binary") <= 20000000)) || fault "is larger than 20 MB"
case ${binary##*/} in
  docker-credential-vault) grep -aq libcurl "$binary" && fault "contains code for libcurl" ;;
esac

exit "$faults"
