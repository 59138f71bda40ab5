#!/bin/sh
# Prints the first Debian mirror in this machine's apt sources, in either form that apt reads; ends with 1
# if there is none. MIRROR takes precedence.
set -u
if [ -n "${MIRROR:-}" ]; then
  echo "$MIRROR"
  exit 0
fi
{
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ -r "$file" ] || continue
    sed -n 's/^deb[[:space:]]\{1,\}\(\[[^]]*\][[:space:]]*\)\{0,1\}\([a-z]*:[^[:space:]]*\).*/\2/p' \
      "$file"
  done
  for file in /etc/apt/sources.list.d/*.sources; do
    [ -r "$file" ] || continue
    sed -n 's/^URIs:[[:space:]]*//p' "$file" | tr -s ' \t' '\n\n'
  done
} | sed 's,/$,,' | grep -m 1 '/debian$'
