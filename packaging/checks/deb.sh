# In a chroot: installs the .deb by apt, uses, upgrades, removes and purges it, and tries the desktop keyring. A
# foreign /usr/bin/vault is there before, or comes later.
. /checks/inside.sh
# A mirror may be a snapshot whose lists have expired.
apt-get update -qq -o Acquire::Check-Valid-Until=false
quiet() {
  "$@" >/tmp/log 2>&1 || {
    cat /tmp/log
    fail "$*"
  }
}
deb=/dist/vault-registry_${VERSION}_amd64.deb
cp "$deb" /tmp/new.deb

# An older version: the same with another number.
dpkg-deb -R /tmp/new.deb /tmp/old
sed -i 's/^Version: .*/Version: 0.1.9/' /tmp/old/DEBIAN/control
touch /tmp/old/usr/share/regvault/only-in-the-older-version
dpkg-deb -b --root-owner-group /tmp/old /tmp/old.deb >/dev/null
rm -r /tmp/old
quiet apt-get install -y /tmp/old.deb
[[ -e /usr/share/regvault/only-in-the-older-version ]] || fail "the older version is not installed"

start=$SECONDS
quiet apt-get install -y /tmp/new.deb
[[ ! -e /usr/share/regvault/only-in-the-older-version ]] || fail "a file of the older version stays"
vault --version | has "vault (registry credentials) $VERSION"
trust_by_debian
use vault docker-credential-vault
say "from apt-get install to the end of all that: $((SECONDS - start)) s"
man_page=$(readlink -f /usr/share/man/man1/vault.1.gz || :)
[[ -z $man_page || $man_page == /usr/share/man/man1/regvault.1.gz ]] || fail "vault.1.gz leads to $man_page"

quiet apt-get install -y --no-install-recommends dbus gnome-keyring libsecret-1-0
HOME=/root/keyring dbus-run-session -- bash -euo pipefail /checks/keyring.sh vault docker-credential-vault

# HashiCorp's package comes later: its file takes the place of the link, and gives it back when it goes.
mkdir -p /tmp/foreign/DEBIAN /tmp/foreign/usr/bin
printf '#!/bin/sh\necho "Vault v1.14.0"\n' >/tmp/foreign/usr/bin/vault
chmod 755 /tmp/foreign/usr/bin/vault
printf 'Package: vault\nVersion: 1.14.0\nArchitecture: all\nMaintainer: x <x@packages.invalid>\nDescription: x\n' \
  >/tmp/foreign/DEBIAN/control
dpkg-deb -b --root-owner-group /tmp/foreign /tmp/foreign.deb >/dev/null
quiet apt-get install -y /tmp/foreign.deb
vault | has "Vault v1.14.0"
regvault --version | has "$VERSION"
quiet apt-get install -y --reinstall /tmp/new.deb
vault | has "Vault v1.14.0"
quiet apt-get remove -y vault
vault --version | has "$VERSION"

quiet apt-get remove -y vault-registry
[[ ! -e /usr/bin/vault && ! -h /usr/bin/vault && ! -e /usr/bin/regvault ]] || fail "programs stay after remove"
[[ -e $HOME/.local/share/vault/vault.sealed ]] || fail "the vault was removed"
# Nothing is left that apt knows of, so this is dpkg's.
quiet dpkg --purge vault-registry
[[ -z $(find / -xdev -path /proc -prune -o -name '*regvault*' -print) ]] || fail "files stay after purge: $(find / -xdev -name '*regvault*')"

# Theirs was there before.
quiet apt-get install -y /tmp/foreign.deb
quiet apt-get install -y /tmp/new.deb
vault | has "Vault v1.14.0"
regvault --version | has "$VERSION"
quiet apt-get purge -y vault-registry
vault | has "Vault v1.14.0"
