#!/usr/bin/env bash
# docker-credential-vault beside docker's own helpers, each with 1, 100 and 1000 logins: get and list.
# The vault is open by the unlock cache, GNOME's keyring is unlocked, gpg's key has no passphrase.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
programs=$(cd "$here/../../.build/release" && pwd)
case ${1:-} in
  inside) ;;
  bus) exec keyctl session - bash "$0" inside ;;
  *)
    packages=(golang-docker-credential-helpers gnome-keyring libsecret-tools pass gnupg dbus-daemon)
    dpkg -s "${packages[@]}" >/dev/null 2>&1 ||
      { echo "To compare, install: ${packages[*]}" >&2 && exit 69; }
    work=$(mktemp -d)
    export WORK=$work HOME=$work/home XDG_RUNTIME_DIR=$work/run
    unset DISPLAY WAYLAND_DISPLAY XDG_DATA_HOME XDG_CONFIG_HOME XDG_STATE_HOME
    mkdir -m 700 "$HOME" "$XDG_RUNTIME_DIR"
    trap 'gpgconf --kill all 2>/dev/null || :; rm -rf "$work"' EXIT
    dbus-run-session -- bash "$0" bus
    exit
    ;;
esac

export PATH=$programs:$PATH GNUPGHOME=$HOME/gnupg
printf bench | gnome-keyring-daemon --unlock --components=secrets >/dev/null
mkdir -m 700 "$GNUPGHOME"
gpg --batch --quiet --passphrase '' --quick-generate-key bench default default never 2>/dev/null
pass init bench >/dev/null
printf 'a passphrase\n' >"$HOME/passphrase"
chmod 600 "$HOME/passphrase"
vault init -q --passphrase-file "$HOME/passphrase"
vault unlock -q --passphrase-file "$HOME/passphrase"
clang -O2 -o "$WORK/bare" "$here/bare.c" -lsodium
"$WORK/bare" seal "$WORK/sealed"
printf r0.example.com >"$WORK/server"

stored=0
store_up_to() {
  for ((; stored < $1; stored++)); do
    for helper in vault secretservice pass; do
      printf '{"ServerURL":"r%s.example.com","Username":"u%s","Secret":"secret of %s"}' \
        "$stored" "$stored" "$stored" | "docker-credential-$helper" store
    done
  done
}

for count in ${COUNTS:-1 100 1000}; do
  store_up_to "$count"
  runs=${RUNS:-200}
  for action in get list; do
    # pass starts a gpg or a shell for each login that it lists.
    [[ $action == list && $count -gt 1 ]] && runs=$((${RUNS:-200} / 10))
    echo "== $action, $count stored, $runs rounds"
    bare=()
    [[ $action == get ]] && bare=("bare C program" "$WORK/bare get $WORK/sealed")
    python3 "$here/interleaved.py" "$runs" "$WORK/server" \
      /bin/true /bin/true "${bare[@]}" \
      docker-credential-vault "docker-credential-vault $action" \
      docker-credential-secretservice "docker-credential-secretservice $action" \
      docker-credential-pass "docker-credential-pass $action"
  done
done
ls -l "$programs/docker-credential-vault"
