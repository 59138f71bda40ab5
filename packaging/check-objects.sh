#!/usr/bin/env bash
# check-objects.sh OBJECTS: checks that the project's C code was compiled hardened: control-flow protection
# (CET) in every object, and checked calls (_FORTIFY_SOURCE) somewhere. OBJECTS is the folder of a build.
set -euo pipefail
export LC_ALL=C
faults=0
objects=("${1:?usage: $0 OBJECTS}"/{CLinux,CCurl,CSecretService}.build/*.c.o)
for object in "${objects[@]}"; do
  if [[ $(uname -m) == x86_64 ]] && ! readelf -n "$object" | grep 'IBT, SHSTK' >/dev/null; then
    echo "$object: is compiled without -fcf-protection" >&2
    faults=1
  fi
done
symbols=$(nm "${objects[@]}")
for name in __stack_chk_fail '__.*_chk'; do
  grep -qE " U $name\$" <<<"$symbols" || {
    echo "${1}: no C object uses $name" >&2
    faults=1
  }
done
exit "$faults"
