#!/usr/bin/env bash
# Times `vault migrate` on a home with 8 files and 200 logins, beside what a user would do by hand: feed each login
# of docker's file to docker-credential-vault. Takes turns, on fresh copies of one home.
set -euo pipefail
programs=$(cd "$(dirname "$0")/../../.build/release" && pwd)
vault=$programs/vault
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rounds=${RUNS:-20}

export HOME=$work/template XDG_RUNTIME_DIR=$work/template/run
python3 - "$HOME" <<'PYTHON'
import base64, json, os, sys

home, number = sys.argv[1], 0


def write(path, text):
    path = os.path.join(home, path)
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        file.write(text)


for path in [".docker/config.json", ".apptainer/docker-config.json", ".singularity/docker-config.json",
             ".config/containers/auth.json", "run/containers/auth.json", "other/auth.json"]:
    auths = {}
    for _ in range(25):
        number += 1
        login = base64.b64encode(f"user{number}:secret-of-{number}".encode()).decode()
        auths[f"registry{number}.example.com"] = {"auth": login}
    write(path, json.dumps({"auths": auths}, indent="\t"))
for path in [".apptainer/remote.yaml", ".singularity/remote.yaml"]:
    lines = ["Active: r0", "Remotes:"]
    for index in range(12):
        number += 1
        lines += [f"    r{number}:", f"        URI: cloud{number}.example.com", f"        Token: secret-of-{number}",
                  "        System: false", "        Exclusive: false"]
    lines.append("Credentials:")
    for _ in range(13):
        number += 1
        login = base64.b64encode(f"user{number}:secret-of-{number}".encode()).decode()
        lines += [f"    - URI: https://keys{number}.example.com", f"      Auth: Basic {login}", "      Insecure: false"]
    write(path, "\n".join(lines) + "\n")
print(f"{number} logins in 8 files", file=sys.stderr)
PYTHON
export REGISTRY_AUTH_FILE=$HOME/other/auth.json
"$vault" init -q --key-file "$HOME/vault.key"
cp -a "$HOME" "$work/home"
export HOME=$work/home XDG_RUNTIME_DIR=$work/home/run REGISTRY_AUTH_FILE=$work/home/other/auth.json
export VAULT_KEY_FILE=$HOME/vault.key

by_hand() { # docker's file alone: 25 of the 200 logins
  python3 - "$HOME/.docker/config.json" <<'PYTHON' | while read -r line; do
import base64, json, sys
for server, entry in json.load(open(sys.argv[1]))["auths"].items():
    user, secret = base64.b64decode(entry["auth"]).decode().split(":", 1)
    print(json.dumps({"ServerURL": server, "Username": user, "Secret": secret}))
PYTHON
    "$programs/docker-credential-vault" store <<<"$line"
  done
}

timed() { # NAME COMMAND…
  local name=$1 start end
  shift
  rm -rf "$work/home"
  cp -a "$work/template" "$work/home"
  start=$(date +%s%N)
  "$@" >/dev/null 2>&1
  end=$(date +%s%N)
  echo "$name $(((end - start) / 1000))" >>"$work/times"
}

for ((round = 0; round < rounds; round++)); do
  timed "migrate,_200_logins_in_8_files" "$vault" migrate --yes --no-helper
  timed "migrate_--dry-run,_the_same" "$vault" migrate --dry-run
  timed "by_hand,_25_logins_of_one_file" by_hand
done
python3 - "$work/times" <<'PYTHON'
import sys
times = {}
for line in open(sys.argv[1]):
    name, value = line.split()
    times.setdefault(name, []).append(int(value) / 1000)
print(f"{'':40}{'median':>9}{'worst':>9}  ms")
for name, values in times.items():
    values.sort()
    print(f"{name.replace('_', ' '):40}{values[len(values) // 2]:9.1f}{values[-1]:9.1f}")
PYTHON
# What was measured was done: nothing in the clear, and all given back.
rm -rf "$work/home" && cp -a "$work/template" "$work/home"
"$vault" migrate -q --yes --no-helper >/dev/null
! grep -rq "secret-of-" "$HOME/.apptainer" "$HOME/.singularity"
"$vault" status | grep Logins
"$vault" migrate -q --undo --yes 2>/dev/null
diff -r -x .local "$work/template" "$work/home" && echo "given back byte for byte"
