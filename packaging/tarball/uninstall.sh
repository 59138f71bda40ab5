#!/bin/sh
# uninstall.sh [--leave-clients] [PREFIX]: removes what install.sh has installed into PREFIX, and nothing else.
# PREFIX is the one that this script lies in, unless it is named.
#
# While clients such as docker ask the vault, it removes nothing, because they would fail without it;
# --leave-clients removes the programs all the same.
set -u
LC_ALL=C
export LC_ALL
say() { printf '%s\n' "$*"; }

leave_clients=
if [ "${1:-}" = --leave-clients ]; then
  leave_clients=1
  shift
fi
here=$(cd "$(dirname "$0")" && pwd) || exit 70
prefix=${1:-$here/../..}
prefix=$(cd "$prefix" 2>/dev/null && pwd) || {
  say "$1 is not a folder" >&2
  exit 66
}
record=$prefix/share/regvault/installed
if [ ! -f "$record" ]; then
  say "Nothing of vault is installed in $prefix: $record is missing." >&2
  say "usage: $0 [--leave-clients] PREFIX" >&2
  exit 66
fi
list=$(cat "$record")
for folder in "$prefix/bin" "$prefix/share/regvault"; do
  [ ! -d "$folder" ] || [ -w "$folder" ] || {
    say "cannot write to $folder: nothing was removed. Run this as another user." >&2
    exit 73
  }
done

# Files of clients that name the vault, of the user who runs this.
entries=$("$prefix/bin/regvault" helper status --format json 2>/dev/null |
  awk -F '"' '$2 == "file" {file = $4} $2 == "state" && $4 == "installed" {print file}')
if [ -n "$entries" ] && [ -z "$leave_clients" ]; then
  say "These files make clients ask the vault, and would make them fail without it:" >&2
  say "$entries" | sed 's/^/  /' >&2
  say "Nothing was removed. Run '$prefix/bin/regvault helper uninstall', then this again; or" >&2
  say "'$0 --leave-clients' to remove the programs all the same." >&2
  exit 75
fi

say "$list" | while IFS= read -r name; do
  case $name in
    "" | /* | *..*) ;;
    bin/vault) [ "$(readlink "$prefix/$name")" != regvault ] || rm -f "$prefix/$name" ;;
    *) rm -f "$prefix/$name" ;;
  esac
done
rm -f "$record"
# Folders that are empty now, the innermost first; others have more in them and stay.
say "$list" | sed -n 's,/[^/]*$,,p' | sort -u | sort -r | while IFS= read -r folder; do
  while [ "$folder" != . ]; do
    rmdir "$prefix/$folder" 2>/dev/null || break
    folder=$(dirname "$folder")
  done
done
say "Removed vault from $prefix."

# What belongs to the user stays. PREFIX may serve other users, who have their own.
home=${HOME:-}
[ -n "$home" ] || exit 0
stays=
remains() { # WHAT FILE COMMAND
  [ -e "$2" ] || return 0
  [ -n "$stays" ] || say "Your data stays. These commands remove it for good:"
  stays=1
  say "  $1: $3"
}
quote() { printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"; }
vault=${VAULT_FILE:-${XDG_DATA_HOME:-$home/.local/share}/vault/vault.sealed}
settings=${XDG_CONFIG_HOME:-$home/.config}/vault
marks=${XDG_STATE_HOME:-$home/.local/state}/vault
remains "the vault with all logins" "$vault" "rm $(quote "$vault")"
remains "settings, and a key file if it is in there" "$settings" "rm -r $(quote "$settings")"
remains "marks that notice an older vault" "$marks" "rm -r $(quote "$marks")"
if [ -n "$entries" ]; then
  say "These files still make clients ask the vault; take 'vault' out of them:"
  say "$entries" | sed 's/^/  /'
fi
exit 0
