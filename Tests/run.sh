#!/usr/bin/env bash
# Runs `swift test` with the given arguments, then counts and names the skipped tests.
set -uo pipefail
cd "$(dirname "$0")/.."

log=$(mktemp)
trap 'rm -f "$log"' EXIT
swift test "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}

skipped=$(sed -nE 's/^[^[:alnum:]]*((Test|Suite) .*) skipped(: (.*)|\.)?$/  \1: \4/p' "$log")
echo "skipped: $(grep -c . <<<"$skipped")"
[[ -z $skipped ]] || printf '%s\n' "$skipped"
exit "$status"
