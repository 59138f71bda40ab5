#!/usr/bin/env bash
# Installs vault from a tarball with a pinned hash, and runs a command with the logins of a sealed vault. For
# CI: the GitHub Action and the GitLab template run it with these variables.
#   INPUT_URL, INPUT_SHA256  the tarball and its hash
#   INPUT_KEY                the line of the key file, which is passed on by a pipe and is in no file
#   INPUT_VAULT              the sealed vault
#   INPUT_REGISTRIES         the registries to lend logins for, separated by blanks
#   INPUT_RUN                the command, run by bash
set -euo pipefail
: "${INPUT_URL:?}" "${INPUT_SHA256:?}" "${INPUT_VAULT:?}" "${INPUT_REGISTRIES:?}" "${INPUT_RUN:?}"
key=${INPUT_KEY:?the secret with the key is empty: pull requests from forks get no secrets}
unset INPUT_KEY

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
curl -fsSL --retry 3 -o "$work/vault.tar.xz" "$INPUT_URL"
echo "$INPUT_SHA256  $work/vault.tar.xz" | sha256sum -c --quiet - || {
  echo "$INPUT_URL is not the release that was pinned: expected SHA-256 $INPUT_SHA256" >&2
  exit 65
}
tar -xJf "$work/vault.tar.xz" -C "$work"
sh "$work"/vault-*/install.sh "$work/prefix" >/dev/null

options=()
for registry in $INPUT_REGISTRIES; do options+=(--registry "$registry"); done
# A checkout leaves the vault readable for all, and a vault like that is refused. The mark against rollback
# goes with the job, because an older commit has an older vault.
chmod 600 "$INPUT_VAULT"
export XDG_STATE_HOME=$work/state
# The key is in no variable and no file: 'vault exec' reads it from a pipe.
"$work/prefix/bin/regvault" exec --vault "$INPUT_VAULT" --key-file <(printf '%s\n' "$key") \
  "${options[@]}" -- bash -euo pipefail -c "$INPUT_RUN"
