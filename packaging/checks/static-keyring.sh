#!/usr/bin/env bash
# static-keyring.sh TREE: the static helper gives a login that is in the desktop keyring, by the dynamic one.
set -euo pipefail
tree=$1
for tool in dbus-run-session gnome-keyring-daemon; do
  command -v $tool >/dev/null || { echo "skipped: $tool is missing"; exit 0; }
done
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
mkdir "$home/shared"
printf 'from the keyring' >"$home/shared/password"
sed "s,/shared/,$home/shared/,; s,/checks/,$(dirname "$0")/," "$(dirname "$0")/keyring.sh" >"$home/keyring.sh"
env -i PATH="$PATH" HOME="$home/home" dbus-run-session -- bash -euo pipefail "$home/keyring.sh" \
  "$tree/bin/regvault" "$tree/bin/docker-credential-vault"
