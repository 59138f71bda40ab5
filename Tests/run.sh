#!/usr/bin/env bash
# Runs `swift test` with the given arguments, then counts and names the skipped tests.
#
# That a case of a test with arguments starts is not printed, because it would be two fifths of all lines. A
# case that fails is printed with its arguments. All lines are in .build/tests.log.
set -uo pipefail
cd "$(dirname "$0")/.."

mkdir -p .build
log=.build/tests.log
swift test "$@" 2>&1 | tee "$log" |
  sed -uE '/^◇ Test case passing /{:more; / started\.$/d; N; b more}'
status=${PIPESTATUS[0]}

# A test that finds out only while it runs that it cannot, cancels itself.
skipped=$(sed -nE \
  's/^[^[:alnum:]]*((Test|Suite) .*) (skipped|was cancelled after [0-9.]+ seconds)(: (.*)|\.)?$/  \1: \5/p' \
  "$log")
echo "skipped: $(grep -c . <<<"$skipped")"
[[ -z $skipped ]] || printf '%s\n' "$skipped"
exit "$status"
