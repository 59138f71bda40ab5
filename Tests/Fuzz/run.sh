#!/usr/bin/env bash
# Builds every fuzz target and runs each for a number of seconds, starting from its corpus.
set -euo pipefail
cd "$(dirname "$0")"

seconds=${1:?usage: $0 SECONDS}
declare -A corpora=(
  [FuzzHelperInput]=helper-input [FuzzChallenge]=challenge [FuzzSealedFile]=sealed-file
  [FuzzDockerFile]=docker-file [FuzzRemoteYAML]=remote-yaml
)

swift build
found=$(mktemp -d)
trap 'rm -rf "$found"' EXIT
for target in "${!corpora[@]}"; do
  mkdir "$found/$target"
  .build/debug/"$target" -max_total_time="$seconds" -max_len=4096 -print_final_stats=1 \
    "$found/$target" "Corpus/${corpora[$target]}"
done
