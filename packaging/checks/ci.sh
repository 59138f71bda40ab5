#!/usr/bin/env bash
# ci.sh TARBALL: the steps of the GitHub Action and the GitLab template, run as shell: they lend a login to a
# command, refuse a tarball with another hash, and leave the key in no variable of the command.
set -euo pipefail
tarball=$1
here=$(realpath "$(dirname "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME=$work/home
mkdir -p "$HOME" "$work/repository" -m 700
tar -xJf "$tarball" -C "$work"
program=$(echo "$work"/vault-*/tree/bin/regvault)
cd "$work/repository"
"$program" init --vault ci.sealed --key-file "$work/key"
printf 'secret' | "$program" registry login --vault ci.sealed --key-file "$work/key" --no-verify -u bob \
  --password-stdin registry.example.com
chmod 644 ci.sealed
rm -rf "$HOME" && mkdir -m 700 "$HOME"
sum=$(sha256sum "$tarball" | cut -d ' ' -f 1)
key=$(<"$work/key")
# shellcheck disable=SC2016
command='! env | grep "$(cut -c 13-40 '"$work"'/key)" >/dev/null; cat "$DOCKER_CONFIG/config.json"'

# run SCRIPT NAME=VALUE…
run() {
  local script=$1
  shift
  env -i PATH="$PATH" HOME="$HOME" XDG_RUNTIME_DIR="$HOME" "$@" bash -euo pipefail -c "$script"
}
script() { # FILE KEY…: a text in a YAML file
  python3 -c '
import sys, yaml
value = yaml.safe_load(open(sys.argv[1]))
for key in sys.argv[2:]:
    value = value[int(key) if key.isdigit() else key]
print(value)' "$@"
}
python3 -c 'import yaml' 2>/dev/null || { echo "python3-yaml is missing"; exit 1; }

action=$here/../ci/action
github=$(script "$action/action.yml" runs steps 0 run)
inputs=(GITHUB_ACTION_PATH="$action" INPUT_URL="file://$tarball" INPUT_KEY="$key" INPUT_VAULT=ci.sealed
  INPUT_REGISTRIES=registry.example.com INPUT_RUN="$command")
run "$github" "${inputs[@]}" INPUT_SHA256="$sum" | grep registry.example.com >/dev/null
if run "$github" "${inputs[@]}" INPUT_SHA256="${sum//[0-9]/0}" 2>/dev/null; then exit 1; fi
# Every input of the step is declared.
[[ $(grep -o 'inputs\.[a-z0-9]*' "$action/action.yml" | sort -u | cut -d . -f 2) == \
$(python3 -c 'import sys, yaml; print("\n".join(sorted(yaml.safe_load(open(sys.argv[1]))["inputs"])))' \
  "$action/action.yml") ]]

gitlab=$(script "$here/../ci/gitlab.yml" .vault-exec script 0)
inputs=(VAULT_TARBALL="file://$tarball" VAULT_KEY="$key" VAULT_SEALED=ci.sealed
  VAULT_REGISTRIES=registry.example.com VAULT_RUN="$command")
run "$gitlab" "${inputs[@]}" VAULT_SHA256="$sum" | grep registry.example.com >/dev/null
if run "$gitlab" "${inputs[@]}" VAULT_SHA256="${sum//[0-9]/0}" 2>/dev/null; then exit 1; fi
