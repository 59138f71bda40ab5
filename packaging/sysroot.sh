#!/usr/bin/env bash
# sysroot.sh FOLDER: makes a folder with the C library of Debian 11 and the static libraries that the
# release programs contain, from Debian's own packages. The programs then start wherever glibc is as new as
# the oldest one that has what they use. Nothing is done if the folder has these packages already.
#
# The packages come from the mirror that apt uses here, or from MIRROR. A package that is not what is
# pinned here is refused.
set -euo pipefail

packages=(
  # The C library to link against: its newest version in Debian 11.
  "pool/main/g/glibc/libc6_2.31-13+deb11u11_amd64.deb
    05f7264da867b37f4c5ce49266b558ea1e81e05a9464f623152fca70f3550282"
  "pool/main/g/glibc/libc6-dev_2.31-13+deb11u11_amd64.deb
    e7f7b45d9c5cfcf37609f0b6efd3c645272c812144703af89dfd32218fcb0fd3"
  # What is linked in. An advisory for one of these means a release with its fixed version.
  "pool/main/libs/libsodium/libsodium-dev_1.0.18-1+deb12u1_amd64.deb
    96c76e95027592650b20987ceef189aa70c614dff3e6ec13c09b786149145700"
  "pool/main/liby/libyaml/libyaml-dev_0.2.5-1_amd64.deb
    429a3853453346d971b7a6abc3a9dde4a7bb37ead65685de0eb031871b33b8e2"
)

folder=${1:?usage: $0 FOLDER}
here=$(dirname "$0")
pins=$(sha256sum "$0" | cut -d ' ' -f 1)
[[ $(cat "$folder/pins" 2>/dev/null) != "$pins" ]] || exit 0

stop() {
  echo "$0: $1" >&2
  exit 69
}
[[ $(uname -m) == x86_64 ]] || stop "release programs are made for x86-64 only, on x86-64"
helper=/usr/lib/apt/apt-helper
[[ -x $helper ]] || stop "this needs apt, which fetches the packages: $helper is missing"
mirror=$(sh "$here/../Tests/mirror.sh") ||
  stop "apt has no Debian mirror here: name one in MIRROR, such as MIRROR=https://HOST/debian"

rm -rf "$folder"
mkdir -p "$folder/packages" "$folder/static"
for package in "${packages[@]}"; do
  read -r -d '' path sum <<<"$package" || true
  file=$folder/packages/${path##*/}
  "$helper" download-file "$mirror/$path" "$file" "SHA256:$sum" >"$folder/log" 2>&1 || {
    cat "$folder/log" >&2
    stop "cannot fetch $path with the pinned SHA-256 $sum. If Debian has replaced it by a newer version,
  pin that one in $0"
  }
  case $path in
    */libc6*) dpkg-deb --extract "$file" "$folder" ;;
    *) dpkg-deb --fsys-tarfile "$file" |
      tar -x -C "$folder/static" --wildcards --transform 's,.*/,,' '*.a' ;;
  esac
done

# The packages' links are absolute, and would lead to this machine's own libraries.
cd "$folder"
for link in usr/lib/x86_64-linux-gnu/*.so lib64/*; do
  target=$(readlink "$link") || continue
  [[ $target != /* ]] || ln -sfr ".$target" "$link"
done
# Swift's runtime needs a newer C++ library than Debian 11 has; it is linked in.
ln -s "$(clang -print-file-name=libstdc++.a)" static/
echo "$pins" >pins
