#!/usr/bin/env bash
# ansible.sh TARBALL VERSION: the tasks install vault on this machine into a folder with a blank in its name, and
# change nothing when they run again.
set -euo pipefail
tarball=$1 version=$2
here=$(realpath "$(dirname "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/play.yml" <<YAML
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - ansible.builtin.include_tasks: $here/../ansible/install.yml
      vars:
        vault_tarball: $tarball
        vault_sha256: $(sha256sum "$tarball" | cut -d ' ' -f 1)
        vault_version: $version
        vault_prefix: $work/a prefix
YAML
export HOME=$work ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_INVENTORY_UNPARSED_WARNING=false ANSIBLE_NOCOLOR=1
ansible-playbook "$work/play.yml"
"$work/a prefix/bin/vault" --version | grep "$version" >/dev/null
ansible-playbook "$work/play.yml" | tee "$work/second"
grep -q 'changed=0' "$work/second"
