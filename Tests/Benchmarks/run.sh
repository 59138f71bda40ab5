#!/usr/bin/env bash
# Times whole commands on vaults of 1 to 1000 logins, side by side in one run, with hyperfine.
# The vaults open by the unlock cache, as after `vault unlock`; /bin/true is the floor of any program.
set -euo pipefail
programs=$(cd "$(dirname "$0")/../../.build/release" && pwd)
if [[ ${1:-} != inside ]]; then exec keyctl session - bash "$0" inside; fi

vault=$programs/vault
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME=$work XDG_RUNTIME_DIR=$work
printf 'a passphrase\n' >"$work/passphrase"
chmod 600 "$work/passphrase"
counts=(1 10 100 1000)

at() { printf '%s/%s/vault.sealed' "$work" "$1"; }
log_in() { # FILE NUMBER
  printf 'secret of %s' "$2" |
    "$vault" registry login -q --vault "$1" -u "user$2" --password-stdin --no-verify \
      "docker://registry$2.example.com"
}

echo "Making vaults of ${counts[*]} logins" >&2
for count in "${counts[@]}"; do
  "$vault" init -q --vault "$(at "$count")" --passphrase-file "$work/passphrase"
  "$vault" unlock -q --vault "$(at "$count")" --passphrase-file "$work/passphrase"
  for ((number = 0; number < count; number++)); do log_in "$(at "$count")" "$number"; done
done

measure() { hyperfine -N --warmup 10 --runs "${RUNS:-200}" --style basic "$@" 2>/dev/null |
  grep -E 'Benchmark|Time|Range'; }

echo "== start"
measure /bin/true "$vault --version" "$programs/docker-credential-vault version"
echo "== get, after unlock"
gets=()
for count in "${counts[@]}"; do
  gets+=("$vault get registry0.example.com --vault $(at "$count")")
done
measure "${gets[@]}"
echo "== list"
lists=()
for count in "${counts[@]}"; do lists+=("$vault registry list --vault $(at "$count")"); done
measure "${lists[@]}"
echo "== put (login without a registry, over what is there)"
puts=()
for count in 1 1000; do
  puts+=("$vault registry login -q --vault $(at "$count") -u user0 -p pw --no-verify registry0.example.com")
done
measure "${puts[@]}"
echo "== peak memory in KiB"
for count in 1 1000; do
  /usr/bin/time -f "get of $count: %M" "$vault" get registry0.example.com --vault "$(at "$count")" \
    2>&1 >/dev/null
done
echo "== binaries"
ls -l "$programs/vault" "$programs/docker-credential-vault"
