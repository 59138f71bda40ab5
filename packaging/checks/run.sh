#!/usr/bin/env bash
# run.sh DIST [NAME…]: checks the artefacts in the folder DIST, all checks or those that are named. Says for each
# whether it passed, failed or was skipped and why; ends with 1 if one failed. The chroots need root.
set -uo pipefail
cd "$(dirname "$0")/../.."
checks=$PWD/packaging/checks
dist=$(realpath "${1:?usage: $0 DIST [NAME…]}")
shift
export DIST=$dist
VERSION=$(sed -n 's/^package let programVersion = "\(.*\)"$/\1/p' Sources/Vault/Settings/Version.swift)
export VERSION
tarball=$dist/vault-$VERSION-x86_64.tar.xz
work=$(mktemp -d)
export SHARED=$work/shared
mkdir "$SHARED"
registry=
clean_up() {
  [[ -z $registry ]] || kill "$registry" 2>/dev/null
  rm -rf --one-file-system "$work"
}
trap clean_up EXIT

skip() {
  echo "$*" >"$work/skipped"
  exit 77
}
needs() { for tool; do command -v "$tool" >/dev/null || skip "$tool is not installed"; done; }
needs_root() { ((EUID == 0)) || skip "only root can make a chroot"; }

# --- what the artefacts are

check_sums() { cd "$dist" && sha256sum --quiet -c SHA256SUMS; }

check_signature() {
  needs minisign
  minisign -G -W -p "$work/key.pub" -s "$work/key" >/dev/null
  cp "$dist/SHA256SUMS" "$work/sums"
  minisign -S -s "$work/key" -m "$work/sums" >/dev/null
  minisign -V -q -p "$work/key.pub" -m "$work/sums" || return 1
  printf 'x' | dd of="$work/sums" bs=1 seek=5 conv=notrunc status=none
  ! minisign -V -q -p "$work/key.pub" -m "$work/sums" 2>/dev/null
}

check_binaries() {
  local program status=0
  for program in "$SHARED"/tree/bin/{regvault,docker-credential-vault} \
    "$SHARED/tree/libexec/regvault/docker-credential-vault"; do
    bash Tests/check-binary.sh "$program" 2.27 || status=1
  done
  return $status
}

check_sizes() {
  local deb
  deb=$(stat -c %s "$dist/vault-registry_${VERSION}_amd64.deb")
  echo "  .deb: $deb bytes"
  ((deb <= 7000000))
}

check_sbom() {
  needs python3
  python3 -c 'import cyclonedx.validation.json, jsonschema' 2>/dev/null ||
    skip "cyclonedx-python-lib[json-validation] is not installed"
  python3 - "$dist/vault-$VERSION.cdx.json" <<'PYTHON'
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read())
sys.exit(f"{error}" if error else 0)
PYTHON
}

check_lintian() {
  needs lintian
  lintian --fail-on error,warning --allow-root "$dist/vault-registry_${VERSION}_amd64.deb"
}

check_rpm() {
  needs rpm rpm2cpio cpio
  rpm -K --nosignature "$dist"/*.rpm >/dev/null && rm -rf "$SHARED/rpm" && mkdir "$SHARED/rpm" &&
    (cd "$SHARED/rpm" && rpm2cpio "$dist"/*.rpm | cpio -idm --quiet) || return 1
  needs_root
  needs debootstrap
  bash "$checks/root.sh" bullseye rpm.sh
}

# --- what they do elsewhere

check_tarball_debian_11() { needs_chroot && bash "$checks/root.sh" bullseye tarball.sh plain; }
check_tarball_like_rhel() { needs_chroot && bash "$checks/root.sh" bullseye tarball.sh rhel; }
check_deb_11() { needs_chroot && bash "$checks/root.sh" bullseye deb.sh; }
check_deb_12() { needs_chroot && bash "$checks/root.sh" bookworm deb.sh; }
check_deb_unstable() { needs_chroot && bash "$checks/root.sh" sid deb.sh; }
check_no_proc() { needs_chroot && NO_PROC=1 bash "$checks/root.sh" bullseye static.sh; }

needs_chroot() {
  needs_root
  needs debootstrap unshare docker-registry htpasswd openssl
  start_registry
}

check_static_keyring() { bash "$checks/static-keyring.sh" "$SHARED/tree"; }
check_image() {
  needs podman
  bash "$checks/image.sh" "$dist/vault-$VERSION-oci.tar" "$SHARED/tree"
}
check_recovery() { bash "$checks/recovery.sh" "$SHARED/tree" "$dist/vault-recover.py"; }
check_ci() {
  needs curl python3
  bash "$checks/ci.sh" "$tarball"
}
check_ansible() {
  needs ansible-playbook
  bash "$checks/ansible.sh" "$tarball" "$VERSION"
}
check_easybuild() {
  needs python3
  python3 "$checks/easybuild.py" packaging/easybuild/*.eb "$SHARED/tree" "$VERSION"
}

# A registry with TLS and a password, whose issuer no system knows.
start_registry() {
  [[ ! -e $work/address ]] || { REGISTRY=$(<"$work/address") && export REGISTRY && return 0; }
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout "$work/ca.key" \
    -out "$SHARED/ca.pem" -subj /CN=check -addext basicConstraints=critical,CA:TRUE \
    -addext keyUsage=critical,keyCertSign 2>/dev/null
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/key.pem" -out "$work/csr" \
    -subj /CN=localhost 2>/dev/null
  openssl x509 -req -in "$work/csr" -CA "$SHARED/ca.pem" -CAkey "$work/ca.key" -CAcreateserial -days 2 \
    -out "$work/cert.pem" -extfile <(echo subjectAltName=DNS:localhost,IP:127.0.0.1) 2>/dev/null
  head -c 18 /dev/urandom | base64 | tr -d '\n' >"$SHARED/password"
  chmod 644 "$SHARED"/*
  htpasswd -Bin tester <"$SHARED/password" >"$work/htpasswd" 2>/dev/null
  local port
  for _ in {1..20}; do
    port=$((20000 + RANDOM % 12000))
    cat >"$work/registry.yml" <<YAML
version: 0.1
storage: {filesystem: {rootdirectory: "$work/storage"}}
http: {addr: "127.0.0.1:$port", secret: "only for this check",
  tls: {certificate: "$work/cert.pem", key: "$work/key.pem"}}
auth: {htpasswd: {realm: check, path: "$work/htpasswd"}}
YAML
    docker-registry serve "$work/registry.yml" >"$work/registry.log" 2>&1 &
    echo $! >"$work/registry.pid"
    until grep -q "listening on 127.0.0.1:$port" "$work/registry.log"; do
      kill -0 "$(<"$work/registry.pid")" 2>/dev/null || continue 2
      sleep 0.05
    done
    REGISTRY=localhost:$port
    export REGISTRY
    echo "$REGISTRY" >"$work/address"
    return 0
  done
  return 1
}

all=(sums signature binaries sizes sbom lintian static_keyring recovery ci ansible easybuild image
  tarball_debian_11 tarball_like_rhel rpm deb_11 deb_12 deb_unstable no_proc)
(($#)) || set -- "${all[@]}"
mkdir "$work/unpacked" && tar -xJf "$tarball" -C "$work/unpacked" || exit 66
mv "$work/unpacked/vault-$VERSION-x86_64/tree" "$SHARED/tree"
chmod 755 "$work" "$SHARED"

passed=0 failed=0 skipped=()
for name; do
  start=$SECONDS
  (set -e && "check_$name") >"$work/log" 2>&1
  case $? in
    0)
      passed=$((passed + 1))
      echo "passed   $name ($((SECONDS - start)) s)"
      grep '^  ' "$work/log"
      ;;
    77)
      skipped+=("$name: $(<"$work/skipped")")
      echo "skipped  $name: $(<"$work/skipped")"
      ;;
    *)
      failed=$((failed + 1))
      echo "FAILED   $name"
      tail -n 40 "$work/log"
      ;;
  esac
  [[ ! -e $work/registry.pid ]] || registry=$(<"$work/registry.pid")
done
echo "$passed passed, $failed failed, ${#skipped[@]} skipped"
((failed == 0))
