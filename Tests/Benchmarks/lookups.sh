#!/usr/bin/env bash
# How look-ups and writing grow with the number of logins, all commands taking turns in one run: the helper's get
# beside a bare C program, `registry list` beside `vault --version`, and a login. The vaults are unlocked.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
programs=$(cd "$here/../../.build/release" && pwd)
if [[ ${1:-} != inside ]]; then exec keyctl session - bash "$0" inside; fi

vault=$programs/vault
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME=$work XDG_RUNTIME_DIR=$work
unset XDG_STATE_HOME XDG_CONFIG_HOME XDG_DATA_HOME
printf 'a passphrase\n' >"$work/passphrase"
chmod 600 "$work/passphrase"
read -ra counts <<<"${COUNTS:-1 100 1000 10000}"

# A docker configuration file holds at most 1 MiB, so a vault of 10,000 logins is filled from several.
for count in "${counts[@]}"; do
  file=$work/$count.sealed
  "$vault" init -q --vault "$file" --passphrase-file "$work/passphrase"
  "$vault" unlock -q --vault "$file" --passphrase-file "$work/passphrase"
  for ((first = 0; first < count; first += 5000)); do
    python3 - "$first" "$count" >"$work/config.json" <<'PYTHON'
import base64, json, sys

first, count = map(int, sys.argv[1:])
auths = {
    f"registry{number}.example.com": {"auth": base64.b64encode(f"user{number}:secret of {number}".encode()).decode()}
    for number in range(first, min(first + 5000, count))
}
print(json.dumps({"auths": auths}))
PYTHON
    chmod 600 "$work/config.json"
    "$vault" migrate -q --yes --vault "$file" "$work/config.json"
  done
  echo "$count logins: $(stat -c %s "$file") bytes" >&2
done

clang -O2 -o "$work/bare" "$here/bare.c" -lsodium
"$work/bare" seal "$work/sealed"
printf registry0.example.com >"$work/server"
turns=("bare C program" "$work/bare get $work/sealed" "vault --version" "$vault --version")
for count in "${counts[@]}"; do
  turns+=("helper get of $count" "VAULT_FILE=$work/$count.sealed $programs/docker-credential-vault get")
done
turns+=("/bin/true" /bin/true)
for count in 1 1000; do
  turns+=("list of $count" "$vault registry list --vault $work/$count.sealed")
  turns+=("login beside $count" "$vault registry login -q --no-verify --vault $work/$count.sealed -u user0 -p pw registry0.example.com")
done
python3 "$here/interleaved.py" "${RUNS:-200}" "$work/server" "${turns[@]}"
