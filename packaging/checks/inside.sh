# Sourced by the checks that run in a chroot. $REGISTRY is a registry with TLS on loopback, whose password is in
# /shared/password and whose issuer is /shared/ca.pem.

say() { printf '  %s\n' "$*"; }
fail() {
  printf 'FAILED: %s\n' "$*" >&2
  exit 1
}
# expect STATUS COMMAND…: runs a command that must end with this status
expect() {
  local wanted=$1 status=0
  shift
  "$@" || status=$?
  [[ $status = "$wanted" ]] || fail "status $status instead of $wanted: $*"
}
# says STATUS TEXT COMMAND…: runs a command that must end with this status and print this text
says() {
  local wanted=$1 text=$2 status=0 found
  shift 2
  found=$("$@" 2>&1) || status=$?
  [[ $status = "$wanted" ]] || fail "status $status instead of $wanted: $*: $found"
  [[ $found == *"$text"* ]] || fail "expected of $*: $text
found: $found"
}
# has TEXT: standard input must have TEXT, which is shown if it has not
has() {
  local text
  text=$(cat)
  [[ $text == *"$1"* ]] || fail "expected: $1
found: $text"
}

# first_login PROGRAM: a login without --cacert, and every way to get it back
use() {
  local program=$1 helper=$2 password
  password=$(cat /shared/password)
  "$program" init --key-file "$HOME/vault.key"
  "$program" registry login --username tester --password-stdin "docker://$REGISTRY" </shared/password
  "$program" registry list | has "docker://$REGISTRY"
  "$program" registry list | has "✓"
  printf '%s' "$REGISTRY" | "$helper" get | has "\"Secret\":\"$password\""
  printf '%s' "https://nowhere.example.com" | expect 1 "$helper" get | has "credentials not found"
  # shellcheck disable=SC2016
  "$program" exec --registry "$REGISTRY" -- sh -c 'cat "$DOCKER_CONFIG/config.json"' | has "$REGISTRY"
  "$program" registry check | has "$REGISTRY"
}

trust_by_debian() {
  cp /shared/ca.pem /usr/local/share/ca-certificates/check.crt
  update-ca-certificates >/dev/null 2>&1
}

# RHEL keeps its only list under /etc/pki, and names services that Debian does not have.
trust_like_rhel() {
  mkdir -p /etc/pki/tls/certs
  cp /shared/ca.pem /etc/pki/tls/certs/ca-bundle.crt
  rm -rf /etc/ssl/certs /etc/ssl/cert.pem
  sed -i 's/^hosts:.*/hosts: sss resolve myhostname files dns/; s/^passwd:.*/passwd: sss files/' /etc/nsswitch.conf
}
