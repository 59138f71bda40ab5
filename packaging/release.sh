#!/usr/bin/env bash
# release.sh OUTPUT: makes every artefact of a release in the folder OUTPUT from the programs of
# `make portable`. With MINISIGN_KEY, a secret key of minisign, SHA256SUMS is signed with it; `make release`
# needs one. SOURCE_DATE_EPOCH is the time of everything; without it, that of the last commit.
set -euo pipefail
cd "$(dirname "$0")/.."
output=${1:?usage: $0 OUTPUT}
portable=.build-portable sysroot=.build-sysroot

stop() {
  echo "$0: $1" >&2
  exit 69
}
for tool in dpkg-deb rpmbuild xz python3 sha256sum llvm-objcopy; do
  command -v "$tool" >/dev/null || stop "$tool is missing: run 'bash Tests/setup.sh release'"
done
version=$(sed -n 's/^package let programVersion = "\(.*\)"$/\1/p' Sources/Vault/Settings/Version.swift)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH TZ=UTC LC_ALL=C.UTF-8
umask 022

rm -rf "$output"
mkdir -p "$output"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The packages have the dynamic helper, because the system brings the libraries. The tarball has the
# static one, which starts faster, and the dynamic one for the desktop keyring.
bash packaging/stage.sh $portable/regvault $portable/docker-credential-vault "$work/tree"
bash packaging/debian/build.sh "$work/tree" "$version" "$output/vault-registry_${version}_amd64.deb"
bash packaging/rpm/build.sh "$work/tree" "$version" "$output/vault-registry-$version.x86_64.rpm"

name=vault-$version-x86_64
mkdir "$work/$name"
cp packaging/tarball/{install.sh,uninstall.sh,README} "$work/$name/"
bash packaging/stage.sh $portable/regvault $portable/static/docker-credential-vault "$work/$name/tree"
install -D -m 755 -t "$work/$name/tree/libexec/regvault" $portable/docker-credential-vault
chmod -R u=rwX,go=rX "$work/$name"
tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" \
  --format=gnu -c "$name" | xz -9 -T1 >"$output/$name.tar.xz"

bash packaging/stage.sh $portable/static/regvault $portable/static/docker-credential-vault "$work/image"
python3 packaging/container/image.py "$work/image" "$version" "$output/vault-$version-oci.tar"

install -m 755 packaging/vault-recover.py "$output/"
python3 packaging/sbom.py "$version" $sysroot .build/checkouts >"$output/vault-$version.cdx.json"
sed -e "s/@VERSION@/$version/g" -e "s/@EPOCH@/$SOURCE_DATE_EPOCH/g" \
  -e "s/@SWIFT@/$(swiftc --version 2>/dev/null | sed -n 's/.*Swift version \([^ ]*\).*/\1/p')/g" \
  packaging/BUILD.md.in >"$output/BUILD.md"
(cd "$output" && sha256sum -- * >"$work/sums" && mv "$work/sums" SHA256SUMS && chmod 644 SHA256SUMS)
if [[ -n ${MINISIGN_KEY:-} ]]; then
  minisign -S -s "$MINISIGN_KEY" -m "$output/SHA256SUMS" -t "vault $version"
fi
ls -l "$output"
