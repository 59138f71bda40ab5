#!/usr/bin/env bash
# Installs what is missing from Debian's packages: all that building and testing need; with `demo` only what
# the demo needs; with `release` what making and checking packages needs. As another user than root it names
# the line to run instead.
set -euo pipefail

packages=(
  # What the Swift toolchain itself runs and links with.
  git ca-certificates binutils libc6-dev libstdc++-12-dev libncurses6 libxml2
  make python3
  libsodium-dev libyaml-dev libcurl4-openssl-dev
  docker-registry skopeo apache2-utils jq xxd
)
case "${1:-}" in
  "") packages+=(
      pkg-config strace hyperfine openssl keyutils debootstrap
      docker.io podman buildah python3-docker nginx-light tinyproxy
      dbus-daemon gnome-keyring libsecret-tools libsecret-1-dev golang-docker-credential-helpers
      python3-dbus python3-gi
      openssh-client openssh-server age swtpm tpm2-tools softhsm2 opensc pass gnupg ssss
      keepassxc xvfb libkf5wallet-bin libqca-qt5-2-plugins
    ) ;;
  demo) ;;
  release) packages+=(
      python3-yaml lintian rpm rpm2cpio cpio minisign openssl debootstrap podman curl xz-utils
      ansible-core dbus-daemon gnome-keyring libsecret-1-0
    ) ;;
  *)
    echo "usage: $0 [demo|release]" >&2
    exit 64
    ;;
esac

missing=()
for package in "${packages[@]}"; do
  state=$(dpkg-query --show --showformat '${db:Status-Abbrev}' "$package" 2>/dev/null) || state=
  [[ $state == ii* ]] || missing+=("$package")
done
((${#missing[@]})) || exit 0

install=(apt-get install -y --no-install-recommends "${missing[@]}")
if ((EUID != 0)); then
  echo "Missing packages. Run this as root, then try again:" >&2
  echo "  apt-get update && ${install[*]}" >&2
  exit 69
fi

# Debian starts the packaged registry as a service on every address; nobody asked for that one.
if [[ ! -e /usr/sbin/policy-rc.d ]]; then
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update
"${install[@]}"
