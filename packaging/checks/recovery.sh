#!/usr/bin/env bash
# recovery.sh TREE RECOVER: vault-recover.py prints what is in a vault, by passphrase and by key file, and refuses
# a wrong passphrase and a changed file.
set -euo pipefail
tree=$1 recover=$2
export HOME
HOME=$(mktemp -d)
trap 'rm -rf "$HOME"' EXIT
cd "$HOME"
printf 'a passphrase\n' >passphrase
printf 'another\n' >wrong
chmod 600 passphrase wrong
"$tree/bin/regvault" init --passphrase-file passphrase
printf 'pä ss' | "$tree/bin/regvault" registry login --passphrase-file passphrase --no-verify -u bob \
  --password-stdin registry.example.com/team
"$tree/bin/regvault" slot add --passphrase-file passphrase key-file key
vault=.local/share/vault/vault.sealed
for secret in "--passphrase-file passphrase" "--key-file key"; do
  # shellcheck disable=SC2086
  python3 "$recover" $vault $secret | python3 -c '
import json, sys
login, = json.load(sys.stdin)
assert (login["host"], login["path"], login["username"], login["secret"]) == \
  ("registry.example.com", "team", "bob", "pä ss"), login'
done
status=0
python3 "$recover" $vault --passphrase-file wrong >out 2>err || status=$?
[[ $status = 77 && ! -s out && $(wc -l <err) = 1 ]]
cp $vault changed
printf x | dd of=changed bs=1 seek=1000 conv=notrunc status=none
status=0
python3 "$recover" changed --key-file key >out 2>err || status=$?
[[ $status = 65 && ! -s out ]]
