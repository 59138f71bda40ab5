#!/usr/bin/env bash
# Shows on this machine alone what vault does: a registry on loopback, a login, an image there and
# back, and what somebody who steals the sealed file gets to see. Leaves nothing behind.
set -euo pipefail
cd "$(dirname "$0")/.."

bold='' dim='' plain=''
if [[ -t 1 && -z ${NO_COLOR:-} ]]; then bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'; fi
say() { printf '\n%s== %s%s\n' "$bold" "$*" "$plain"; }
command_line() { printf '%s$ %s%s\n' "$dim" "$*" "$plain"; }
show() {
  command_line "$@"
  "$@"
}

say "Looking for what the demo needs (from Debian's packages)"
bash Tests/setup.sh demo

say "Building vault; the first time takes some minutes"
make build
programs=$PWD/.build/release

# From here on a throw-away home: nothing of yours is read or written.
home=$(mktemp -d /tmp/vault-demo-XXXXXX)
registry=
clean_up() {
  if [[ -n $registry ]]; then
    kill "$registry" 2>/dev/null || true
    wait "$registry" 2>/dev/null || true
  fi
  rm -rf "$home"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
export HOME=$home PATH=$programs:$PATH
unset "${!XDG_@}" "${!VAULT_@}" "${!APPTAINER_@}" "${!SINGULARITY_@}" REGISTRY_AUTH_FILE DOCKER_CONFIG
mkdir "$home/work"
work=$home/work
user=demo-user
password=$(head -c 18 /dev/urandom | base64)

say "Starting a registry that asks for a password, on a free port of 127.0.0.1"
htpasswd -Bin "$user" <<<"$password" >"$work/htpasswd"
for _ in {1..20}; do
  host=127.0.0.1:$((20000 + RANDOM % 12000))
  cat >"$work/registry.yml" <<YAML
version: 0.1
storage: {filesystem: {rootdirectory: "$work/storage"}}
http: {addr: "$host", secret: "only for the demo"}
auth: {htpasswd: {realm: demo, path: "$work/htpasswd"}}
YAML
  docker-registry serve "$work/registry.yml" >"$work/registry.log" 2>&1 &
  registry=$!
  # It ends at once where the port is taken.
  until grep -q "listening on $host" "$work/registry.log"; do
    kill -0 "$registry" 2>/dev/null || continue 2
    sleep 0.05
  done
  break
done
if ! kill -0 "$registry" 2>/dev/null; then
  cat "$work/registry.log" >&2
  exit 69
fi
echo "The registry is $host, process $registry; its user is $user."

say "Making a vault that a key file opens, so that nobody has to be asked"
show vault init --key-file "$HOME/vault.key"
show vault status

say "Logging in; the password goes through standard input and is tried at the registry first"
printf '%s' "$password" |
  show vault registry login --username "$user" --password-stdin "docker://$host"

say "A wrong password is refused, and nothing is stored"
status=0
printf 'wrong' |
  show vault registry login --username "$user" --password-stdin "docker://$host" || status=$?
echo "The exit status is $status."
((status == 77))

say "Listing the logins: ✗! because this registry speaks plain http"
show vault registry list

say "Having skopeo ask the vault by itself"
show vault helper install podman

say "Making a tiny image with tar, sha256sum and jq"
# Puts a file among the blobs of the image and prints its descriptor.
blob() {
  local digest
  digest=$(sha256sum <"$2" | cut -d ' ' -f 1)
  cp "$2" "$work/image/blobs/sha256/$digest"
  jq -n --arg type "$1" --arg digest "sha256:$digest" --argjson size "$(stat -c %s "$2")" \
    '{mediaType: $type, digest: $digest, size: $size}'
}
mkdir -p "$work/image/blobs/sha256" "$work/root"
echo "hello from the demo" >"$work/root/hello"
tar -C "$work/root" --owner=0 --group=0 --numeric-owner -cf "$work/layer.tar" hello
layer=$(blob application/vnd.oci.image.layer.v1.tar "$work/layer.tar")
jq -n --argjson layer "$layer" \
  '{architecture: "amd64", os: "linux", rootfs: {type: "layers", diff_ids: [$layer.digest]}}' \
  >"$work/config.json"
config=$(blob application/vnd.oci.image.config.v1+json "$work/config.json")
jq -n --argjson config "$config" --argjson layer "$layer" \
  '{schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: $config, layers: [$layer]}' >"$work/manifest.json"
manifest=$(blob application/vnd.oci.image.manifest.v1+json "$work/manifest.json")
jq -n --argjson manifest "$manifest" \
  '{schemaVersion: 2,
    manifests: [$manifest + {annotations: {"org.opencontainers.image.ref.name": "latest"}}]}' \
  >"$work/image/index.json"
echo '{"imageLayoutVersion": "1.0.0"}' >"$work/image/oci-layout"
echo "Its manifest is $(jq -r .digest <<<"$manifest")."

say "Copying the image into the registry and back"
show skopeo --insecure-policy copy --preserve-digests --dest-tls-verify=false \
  "oci:$work/image:latest" "docker://$host/demo/hello:latest"
show skopeo --insecure-policy copy --preserve-digests --src-tls-verify=false \
  "docker://$host/demo/hello:latest" "oci:$work/back:latest"
for blob in "$work"/image/blobs/sha256/*; do
  cmp "$blob" "$work/back/blobs/sha256/${blob##*/}"
done
echo "What came back is what went in, byte for byte."
echo "Without a login the registry refuses:"
if HOME=$work skopeo inspect --tls-verify=false \
  "docker://$host/demo/hello:latest" >"$work/refused.log" 2>&1; then
  echo "it did not" >&2
  exit 70
fi
tail -n 1 "$work/refused.log"

say "What somebody who steals the vault gets: a label and a few lengths, else only noise"
sealed=$HOME/.local/share/vault/vault.sealed
command_line "xxd $sealed | head -n 12"
xxd "$sealed" >"$work/sealed.txt"
head -n 12 "$work/sealed.txt"

# The spellings of a text in a file: plain, hexadecimal, and base64 at its three alignments less
# what its neighbours have a part in. Built-in commands only, so that no argument list has them.
spellings() {
  local text=$1 pad cut encoded
  printf '%s\n' "$text"
  printf '%s' "$text" | xxd -p | tr -d '\n'
  echo
  for pad in "" x xx; do
    encoded=$(printf '%s' "$pad$text" | base64 -w 0)
    cut=$((${#pad} ? ${#pad} + 1 : 0))
    printf '%s\n' "${encoded:cut:$(((${#pad} + ${#text}) * 8 / 6 - cut))}"
  done
}
# Says whether a file holds a text in any spelling; compares in hexadecimal, as files hold any byte.
holds() {
  local content spelling
  content=$(xxd -p "$1" | tr -d '\n')
  while IFS= read -r spelling; do
    [[ $content == *"$(printf '%s' "$spelling" | xxd -p | tr -d '\n')"* ]] && return 0
  done < <(spellings "$2")
  return 1
}
say "Searching it for host, user and password: plain, hexadecimal, base64"
for what in host user password; do
  if holds "$sealed" "${!what}"; then
    echo "FOUND the $what in $sealed" >&2
    exit 70
  fi
  echo "The $what is not in the sealed file."
done
# A search that finds nothing anywhere would prove nothing: skopeo's own file, which it keeps where no
# helper is set up, is base64 and no more.
vault get "docker://$host" | HOME=$work skopeo login --tls-verify=false \
  --authfile "$work/auth.json" --username "$user" --password-stdin "$host" >"$work/login.log"
if ! holds "$work/auth.json" "$password" || ! holds "$work/auth.json" "$host"; then
  echo "the search does not work: it must find both in skopeo's auth.json" >&2
  exit 70
fi
echo "The same search finds both host and password in the file that skopeo keeps by itself."

say "Logging out; the list is empty again"
show vault registry logout "docker://$host"
show vault registry list

clean_up
trap - EXIT
say "Done. The registry is stopped and the throw-away home $home removed."
