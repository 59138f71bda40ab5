#!/usr/bin/env bash
# build.sh TREE VERSION OUTPUT: makes OUTPUT, a .deb, from the tree of stage.sh. SOURCE_DATE_EPOCH is the time
# of all that is in it.
set -euo pipefail
tree=${1:?usage: $0 TREE VERSION OUTPUT} version=${2:?} output=${3:?}
here=$(dirname "$0")
: "${SOURCE_DATE_EPOCH:?}"
umask 022
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
mkdir "$root/usr"
cp -a "$tree/." "$root/usr/"

# Debian's own places. `vault` and what belongs to that name are alternatives.
cd "$root/usr"
rm bin/vault share/man/man1/vault.1 share/regvault/uninstall.sh
mkdir -p share/regvault/completions share/lintian/overrides
mv share/zsh/site-functions share/zsh/vendor-completions
mv share/bash-completion/completions/vault share/regvault/completions/vault.bash
mv share/zsh/vendor-completions/_vault share/regvault/completions/_vault
mv share/fish/vendor_completions.d/vault.fish share/regvault/completions/vault.fish
mv share/doc/regvault share/doc/vault-registry
rm share/doc/vault-registry/LICENSE
mv share/doc/vault-registry/CHANGELOG.md share/doc/vault-registry/NEWS.md
for page in share/man/man1/*.1; do
  if [[ -h $page ]]; then
    ln -s "$(readlink "$page").gz" "$page.gz"
    rm "$page"
  else
    gzip -9n "$page"
  fi
done
cd - >/dev/null
cp "$here/overrides" "$root/usr/share/lintian/overrides/vault-registry"
maintainer=$(sed -n 's/^Maintainer: //p' "$here/control")
printf 'vault-registry (%s) unstable; urgency=medium\n\n  * See NEWS.md.\n\n -- %s  %s\n' \
  "$version" "$maintainer" "$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")" |
  gzip -9n >"$root/usr/share/doc/vault-registry/changelog.gz"

mkdir "$root/DEBIAN"
size=$(find "$root/usr" -type f -printf '%s\n' | awk '{sum += int(($1 + 1023) / 1024)} END {print sum}')
sed -e "s/@VERSION@/$version/" -e "s/@SIZE@/$size/" "$here/control" >"$root/DEBIAN/control"
install -m 755 "$here/postinst" "$here/prerm" "$root/DEBIAN/"
install -m 644 "$here/triggers" "$root/DEBIAN/"
(cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group -Zxz -z9 --build "$root" "$output" >/dev/null
