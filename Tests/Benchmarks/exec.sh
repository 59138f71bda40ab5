#!/usr/bin/env bash
# What `vault exec` adds to a command, beside the command alone and beside what a script does by hand: get the
# secret, make a file, run, remove the file. One vault of 10 logins, open by the unlock cache or by a key file.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
programs=$(cd "$here/../../.build/release" && pwd)
if [[ ${1:-} != inside ]]; then exec keyctl session - bash "$0" inside; fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME=$work/home XDG_RUNTIME_DIR=$work/run PATH=$programs:$PATH
unset XDG_DATA_HOME XDG_CONFIG_HOME XDG_STATE_HOME VAULT_FILE VAULT_KEY_FILE
mkdir -m 700 "$HOME" "$XDG_RUNTIME_DIR"
# In memory, as a runtime folder is.
if [[ -w /dev/shm ]]; then
  export XDG_RUNTIME_DIR=/dev/shm/vault-bench-$$
  mkdir -m 700 "$XDG_RUNTIME_DIR"
  trap 'rm -rf "$work" "$XDG_RUNTIME_DIR"' EXIT
fi
vault init -q --key-file "$work/key"
printf 'a passphrase\n' >"$work/passphrase"
chmod 600 "$work/passphrase"
for number in $(seq 0 9); do
  printf 'secret of %s' "$number" | vault registry login -q -u "user$number" --password-stdin \
    --no-verify "docker://r$number.example.com"
done

cat >"$work/by-hand" <<'END'
#!/bin/bash
set -eu
folder=$(mktemp -d -p "$XDG_RUNTIME_DIR")
trap 'rm -rf "$folder"' EXIT
umask 077
printf '{"auths":{"r0.example.com":{"auth":"%s"}}}' \
  "$({ printf user0:; vault get r0.example.com; } | base64 -w 0)" >"$folder/auth.json"
REGISTRY_AUTH_FILE=$folder/auth.json "$@"
END
chmod 700 "$work/by-hand"
compare() {
  python3 "$here/interleaved.py" "${RUNS:-200}" /dev/null \
    "the command alone" /bin/true \
    "vault exec" "vault exec -q --registry r0.example.com -- /bin/true" \
    "vault exec, from an argument" "vault exec -q -- /bin/true docker://r0.example.com/app" \
    "by hand, in a shell script" "$work/by-hand /bin/true"
}
echo "== opened by a key file"
compare
vault slot add -q passphrase "$work/passphrase"
rm "$HOME/.config/vault/config"
vault unlock -q --passphrase-file "$work/passphrase"
echo "== unlocked"
compare
