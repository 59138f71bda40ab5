#!/usr/bin/env bash
# stage.sh PROGRAM HELPER TREE: fills the folder TREE as it lies below a prefix: programs, manual pages,
# completions, licence and documents. PROGRAM and HELPER are the built `vault` and `docker-credential-vault`.
# The program is called regvault, and vault is a link to it, because HashiCorp's program is called vault too.
set -euo pipefail
program=${1:?usage: $0 PROGRAM HELPER TREE} helper=${2:?} tree=${3:?}
here=$(dirname "$0")
umask 022
rm -rf "$tree"
install -D -m 755 "$program" "$tree/bin/regvault"
install -D -m 755 "$helper" "$tree/bin/docker-credential-vault"
ln -s regvault "$tree/bin/vault"

share=$tree/share
version=$("$tree/bin/regvault" --version | sed 's/.* //')
date=$(date -u -d "@${SOURCE_DATE_EPOCH:-$(date +%s)}" +%Y-%m-%d)
python3 "$here/manual.py" "$tree/bin/regvault" "$share/man/man1"
sed "s/@DATE@/$date/; s/@VERSION@/$version/" "$here/docker-credential-vault.1" \
  >"$share/man/man1/docker-credential-vault.1"
for page in "$share/man/man1"/regvault*.1; do
  name=${page##*/}
  ln -s "$name" "$share/man/man1/vault${name#regvault}"
done
mkdir -p "$share"/{bash-completion/completions,zsh/site-functions,fish/vendor_completions.d}
for name in regvault vault; do
  complete=("$tree/bin/$name" --generate-completion-script)
  # It is sourced, so it needs no interpreter.
  "${complete[@]}" bash | sed '1{/^#!/d}' >"$share/bash-completion/completions/$name"
  "${complete[@]}" zsh >"$share/zsh/site-functions/_$name"
  "${complete[@]}" fish >"$share/fish/vendor_completions.d/$name.fish"
done
install -D -m 644 -t "$share/doc/regvault" "$here/../README.md" "$here/../CHANGELOG.md" \
  "$here/../SECURITY.md" "$here/../LICENSE" "$here/copyright"
install -D -m 644 -t "$share/doc/regvault/docs" "$here/../docs"/*.md
install -D -m 755 "$here/tarball/uninstall.sh" "$share/regvault/uninstall.sh"
install -D -m 755 "$here/vault-recover.py" "$share/regvault/vault-recover.py"
find "$tree" -type f -exec chmod u=rwX,go=rX {} +
find "$tree" -type d -exec chmod 755 {} +
