#!/usr/bin/env bash
# install.sh FOLDER: tries install.sh and uninstall.sh of the unpacked tarball in FOLDER in a throw-away home with a
# blank in its name. VERSION is the version of the programs there. SMALL is a folder with little space, if there is
# one. Not for root, who may write everywhere.
set -euo pipefail
here=$(realpath "$(dirname "$0")")
cd "$1"
. "$here/inside.sh"
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export HOME="$work/a home"
unset "${!XDG_@}" "${!VAULT_@}"
mkdir "$HOME"
none() { [[ ! -e $1 || -z $(find "$1" ! -type d) ]] || fail "half installed: $(find "$1" ! -type d)"; }
same() { [[ $(cd "$1" && find . -type f -exec sha256sum {} + | sort) == "$2" ]] || fail "$1 was changed"; }
sums() { (cd "$1" && find . -type f -exec sha256sum {} + | sort); }
program() { # FILE TEXT: a program that prints this text
  mkdir -p "$(dirname "$1")"
  printf '#!/bin/sh\necho "%s"\n' "$2" >"$1"
  chmod 755 "$1"
}

prefix=$HOME/.local
./install.sh "$prefix" | has "Installed"
PATH=$prefix/bin:$PATH
vault --version | has "vault (registry credentials) $VERSION"
regvault --version | has "regvault (registry credentials) $VERSION"
says 64 "this is vault (registry credentials)" vault kv get x
says 1 "'vault init'" vault unlock
says 1 "'regvault init'" regvault unlock
man=$prefix/share/man/man1
[[ -s $man/vault-registry-login.1 && -s $man/docker-credential-vault.1 ]] || fail "no manual pages"
grep -q regvault "$prefix/share/bash-completion/completions/regvault" || fail "no completion"

# Over itself while a program runs, and over an older version with a file that is no more.
vault init --key-file "$HOME/key" 2>/dev/null
printf secret | vault registry login --no-verify -u u --password-stdin h.example.com 2>/dev/null
export XDG_RUNTIME_DIR=$work
vault exec --registry h.example.com -- sleep 30 2>/dev/null &
running=$!
until [[ $(<"/proc/$running/comm") == vault ]]; do sleep 0.05; done
echo old >"$prefix/share/regvault/gone"
echo share/regvault/gone >>"$prefix/share/regvault/installed"
./install.sh "$prefix" | has "Still running with the older files, until they end: process $running"
[[ ! -e $prefix/share/regvault/gone ]] || fail "a file of the older version stays"
kill "$running"
wait "$running" 2>/dev/null || :
# 0.1.0 had the program itself in the place of the link, and no record.
old="$HOME/of 0.1.0"
program "$old/bin/vault" 0.1.0
program "$old/bin/docker-credential-vault" \
  "docker-credential-vault (github.com/docker/docker-credential-helpers protocol) 0.1.0"
./install.sh "$old" | has "instead of 0.1.0"
[[ $(readlink "$old/bin/vault") == regvault ]] || fail "the link of vault is missing"

# Another program called vault stays, and is stayed out of the way of.
other="$HOME/other dir"
program "$other/bin/vault" "Vault v1.14.0"
before=$(sums "$other")
./install.sh "$other" | has "is another program and stays"
"$other/bin/vault" | has "Vault v1.14.0"
[[ ! -e $other/share/man/man1/vault.1 ]] || fail "a manual page of its name is installed"
PATH="$other/bin:$PATH" says 1 "'regvault init'" regvault unlock --vault "$HOME/none"
sh "$other/share/regvault/uninstall.sh" | has "Removed"
same "$other" "$before"

# Bad input: everything that is there stays as it is, and nothing is half installed.
expect 64 ./install.sh 2>/dev/null
expect 64 ./install.sh "" 2>/dev/null
mkdir "$HOME/readonly"
chmod 500 "$HOME/readonly"
says 73 "cannot write to $HOME/readonly" ./install.sh "$HOME/readonly/x"
none "$HOME/readonly"
before=$(sums "$prefix")
chmod 500 "$prefix/share/regvault"
says 73 "cannot write to $prefix/share/regvault" ./install.sh "$prefix"
chmod 700 "$prefix/share/regvault"
same "$prefix" "$before"
[[ -z $(find "$prefix" -name '*.regvault-*') ]] || fail "temporary files stay"
touch "$HOME/file"
says 73 "is not a folder" ./install.sh "$HOME/file/x"
program "$HOME/taken/bin/docker-credential-vault" something
before=$(sums "$HOME/taken")
says 73 "is another program" ./install.sh "$HOME/taken"
same "$HOME/taken" "$before"
if [[ -n ${SMALL:-} ]]; then
  expect 73 ./install.sh "$SMALL/x" 2>&1 | has "KB are needed"
  [[ ! -e $SMALL/x ]] || fail "half installed: $(find "$SMALL/x")"
else
  say "not tried: no folder with little space"
fi

# Removal stops while a client asks the vault, and leaves what is the user's.
mkdir ~/.docker
echo '{}' >~/.docker/config.json
vault helper install docker 2>/dev/null
says 75 "regvault helper uninstall" ./uninstall.sh "$prefix"
vault --version | has "$VERSION"
vault helper uninstall docker 2>/dev/null
./uninstall.sh "$prefix" >"$HOME/said"
has "the vault with all logins: rm '$prefix/share/vault/vault.sealed'" <"$HOME/said"
none "$prefix/bin"
none "$prefix/share/regvault"
[[ -e $prefix/share/vault/vault.sealed ]] || fail "the vault was removed"
expect 66 ./uninstall.sh "$prefix" 2>/dev/null
