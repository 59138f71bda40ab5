#!/usr/bin/env bash
# vault registry check of 50 logins against registries that take 100 ms for each answer, beside what else
# there is: skopeo, which logs in again with what it has stored, one after another or 16 at a time.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
programs=$(cd "$here/../../.build/release" && pwd)
command -v skopeo >/dev/null || { echo "To compare, install: skopeo" >&2 && exit 69; }
work=$(mktemp -d)
mkdir -m 700 "$work/keys"
export HOME=$work PATH=$programs:$PATH REGISTRY_AUTH_FILE=$work/auth.json
trap 'kill "$server" 2>/dev/null || :; rm -rf "$work"' EXIT

names=$(printf ',IP:127.0.0.%s' $(seq 50))
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=registries -days 2 \
  -addext "subjectAltName=${names#,}" -keyout "$work/server.key" -out "$work/server.pem" 2>/dev/null
python3 "$here/slow-registries.py" "$work/port" "$work" &
server=$!
until [[ -s $work/port ]]; do sleep 0.05; done
read -r basic token tls <"$work/port"

vault_with() {
  export VAULT_FILE=$work/$1.sealed
  shift
  vault init -q --key-file "$work/keys/vault.key"
  for uri in "$@"; do
    printf right | vault registry login -q --no-verify -u alice --password-stdin "$uri"
  done
}
measure() {
  python3 - "${RUNS:-5}" "$@" <<'PY'
import statistics, subprocess, sys, time
times = []
for _ in range(int(sys.argv[1])):
    start = time.perf_counter()
    subprocess.run(sys.argv[3:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    times.append(time.perf_counter() - start)
print(f"{sys.argv[2]:58} {statistics.median(times):6.2f} s (longest {max(times):.2f})")
PY
}

vault_with one $(printf "127.0.0.1:$basic/p%s " $(seq 50))
measure "vault: 50 logins of one registry, Basic" vault registry check
vault_with tokens $(printf "127.0.0.1:$token/p%s " $(seq 50))
measure "vault: 50 logins of one registry, Bearer" vault registry check
vault_with many $(printf "127.0.0.%s:$basic " $(seq 50))
measure "vault: 50 registries, Basic" vault registry check
vault_with manytokens $(printf "127.0.0.%s:$token " $(seq 50))
measure "vault: 50 registries, Bearer" vault registry check
vault_with tls $(printf "127.0.0.%s:$tls " $(seq 50))
measure "vault: 50 registries, Bearer over TLS" vault registry check --cacert "$work/server.pem"

for number in $(seq 50); do
  printf right | skopeo login --tls-verify=false -u alice --password-stdin "127.0.0.$number:$basic" >/dev/null
done
again='skopeo login --tls-verify=false 127.0.0.$1:$2 </dev/null'
measure "skopeo login: 50 registries, Basic, one after another" \
  bash -c "for n in \$(seq 50); do set -- \$n $basic; $again; done"
measure "skopeo login: 50 registries, Basic, xargs -P 16" \
  bash -c "seq 50 | xargs -P 16 -I{} sh -c '$again' sh {} $basic"
