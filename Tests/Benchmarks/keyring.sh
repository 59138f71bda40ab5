#!/usr/bin/env bash
# A login from GNOME's keyring: vault and docker-credential-vault beside secret-tool and
# docker-credential-secretservice, in turns, with 3 and with 200 logins; then their calls on the bus, as
# dbus-monitor sees them. At the end a sealed file that the keyring opens: first and second get.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
programs=$(cd "$here/../../.build/release" && pwd)
case ${1:-} in
  inside) ;;
  bus) exec keyctl session - bash "$0" inside ;;
  *)
    packages=(golang-docker-credential-helpers gnome-keyring libsecret-tools dbus-daemon)
    dpkg -s "${packages[@]}" >/dev/null 2>&1 ||
      { echo "To compare, install: ${packages[*]}" >&2 && exit 69; }
    work=$(mktemp -d)
    export WORK=$work HOME=$work/home XDG_RUNTIME_DIR=$work/run
    unset DISPLAY WAYLAND_DISPLAY XDG_DATA_HOME XDG_CONFIG_HOME XDG_STATE_HOME
    mkdir -m 700 "$HOME" "$XDG_RUNTIME_DIR"
    trap 'rm -rf "$work"' EXIT
    dbus-run-session -- bash "$0" bus
    exit
    ;;
esac

export PATH=$programs:$PATH
printf bench | gnome-keyring-daemon --unlock --components=secrets >/dev/null
sleep 1 # or the bus starts another one, which is locked
printf r0.example.com >"$WORK/server"
vault config set -q store secret-service
lookup="secret-tool lookup xdg:schema io.docker.Credentials server r0.example.com docker_cli 1"

stored=0
for count in ${COUNTS:-3 200}; do
  for ((; stored < count; stored++)); do
    printf '{"ServerURL":"r%s.example.com","Username":"u","Secret":"secret"}' "$stored" |
      docker-credential-secretservice store
  done
  runs=${RUNS:-200}
  echo "== get, $count stored, $runs rounds"
  python3 "$here/interleaved.py" "$runs" "$WORK/server" \
    /bin/true /bin/true \
    "vault get" "vault get r0.example.com" \
    "docker-credential-vault get" "docker-credential-vault get" \
    "secret-tool lookup" "$lookup" \
    "docker-credential-secretservice get" "docker-credential-secretservice get"
  echo "== list, $count stored, $runs rounds"
  python3 "$here/interleaved.py" "$runs" "$WORK/server" \
    "docker-credential-vault list" "docker-credential-vault list" \
    "docker-credential-secretservice list" "docker-credential-secretservice list"
done

# Calls of the client: all of them, and those that the keyring has to answer.
calls() { # NAME COMMAND…
  local name=$1 monitor
  shift
  : >"$WORK/calls"
  dbus-monitor --session --profile >>"$WORK/calls" 2>/dev/null &
  monitor=$!
  until grep -q NameLost "$WORK/calls"; do sleep 0.05; done
  sleep 0.2
  : >"$WORK/calls"
  "$@" <"$WORK/server" >/dev/null
  sleep 0.2
  kill "$monitor"
  wait "$monitor" 2>/dev/null || :
  printf '%-36s%6d on the bus%6d to the keyring\n' "$name" \
    "$(grep -c ^mc "$WORK/calls")" "$(grep ^mc "$WORK/calls" | grep -c /org/freedesktop/secrets)"
}
echo "== calls of one get"
calls "vault get" vault get r0.example.com
calls "docker-credential-vault get" docker-credential-vault get
# shellcheck disable=SC2086
calls "secret-tool lookup" $lookup
calls "docker-credential-secretservice get" docker-credential-secretservice get

vault config unset -q store
printf 'a passphrase\n' >"$HOME/passphrase"
chmod 600 "$HOME/passphrase"
vault init -q --secret-service --passphrase-file "$HOME/passphrase"
printf secret | vault registry login -q -u u --password-stdin --no-verify r0.example.com
cat >"$WORK/first" <<'END'
#!/bin/sh
vault lock -q
exec docker-credential-vault get
END
cat >"$WORK/lock" <<'END'
#!/bin/sh
vault lock -q
exec true
END
chmod 755 "$WORK/first" "$WORK/lock"
vault get r0.example.com >/dev/null
echo "== get from the sealed file that the keyring opens, ${RUNS:-200} rounds"
python3 "$here/interleaved.py" "${RUNS:-200}" "$WORK/server" \
  "lock" "$WORK/lock" "lock, get by the keyring" "$WORK/first"
python3 "$here/interleaved.py" "${RUNS:-200}" "$WORK/server" \
  "second get" "docker-credential-vault get" "second vault get" "vault get r0.example.com"
calls "second get" docker-credential-vault get
