#!/usr/bin/env bash
# image.sh ARCHIVE TREE: podman runs the image as another user id and read-only, with a mounted vault.
set -euo pipefail
archive=$1 tree=$2
work=$(mktemp -d)
trap '"${podman[@]}" rm --all --force >/dev/null 2>&1; rm -rf "$work"' EXIT
# Storage and containers of its own: nothing of the user's is read or left.
podman=(podman --root "$work/storage" --runroot "$work/run" --tmpdir "$work/tmp" --cgroup-manager cgroupfs
  --events-backend none --storage-driver vfs)
image=$("${podman[@]}" load -q -i "$archive" | sed -n 's/^Loaded image[^:]*: *//p')
mkdir "$work/data"
HOME=$work/home VAULT_FILE=$work/data/vault.sealed "$tree/bin/regvault" init --key-file "$work/data/key"
printf 'secret' | HOME=$work/home VAULT_FILE=$work/data/vault.sealed "$tree/bin/regvault" registry login \
  --no-verify -u bob --password-stdin registry.example.com
chown -R 4711:4711 "$work/data"
run=("${podman[@]}" run --rm --network none --read-only --user 4711:4711
  --ulimit nofile=1024:1024 --ulimit nproc=1024:1024
  -v "$work/data:/data:ro" -e VAULT_FILE=/data/vault.sealed -e VAULT_KEY_FILE=/data/key)
"${run[@]}" "$image" registry list | grep registry.example.com >/dev/null
[[ $("${run[@]}" "$image" get registry.example.com) == secret ]]
printf 'registry.example.com' |
  "${run[@]}" -i --entrypoint /bin/docker-credential-vault "$image" get | grep '"Secret":"secret"' >/dev/null
