#!/bin/sh
# install.sh PREFIX: installs vault into PREFIX/bin and PREFIX/share, such as ~/.local, or /usr/local as root.
# Either everything is installed, or nothing is changed.
set -u
umask 022
LC_ALL=C
export LC_ALL

if [ $# -ne 1 ] || [ -z "$1" ]; then
  echo "usage: $0 PREFIX, such as $0 ~/.local" >&2
  exit 64
fi
here=$(cd "$(dirname "$0")" && pwd) || exit 70
prefix=$1
# A shell that left ~ as it is, as in PREFIX=~/.local, meant the home all the same.
case $prefix in "~" | "~/"*) prefix=${HOME:?}${prefix#"~"} ;; esac
case $prefix in /*) ;; *) prefix=$(pwd)/$prefix ;; esac
prefix=${prefix%/}
tree=$here/tree
record=share/regvault/installed
work=
list=
staged=.regvault-new.$$
saved=.regvault-old.$$

say() { printf '%s\n' "$*"; }
# Nothing of a failed installation stays: the staged copies go, and what was replaced comes back.
undo() {
  [ -n "$list" ] || return 0
  printf '%s\n' "$list" | while IFS= read -r name; do
    rm -f "$prefix/$name$staged"
    if [ -e "$prefix/$name$saved" ] || [ -h "$prefix/$name$saved" ]; then
      mv -f "$prefix/$name$saved" "$prefix/$name"
    elif [ -n "$work" ] && [ -e "$work/new/$name" ]; then
      rm -f "$prefix/$name"
    fi
  done
  # The folders that were made, the innermost first.
  if [ -s "$work/folders" ]; then
    sort -r "$work/folders" | while IFS= read -r folder; do rmdir "$folder" 2>/dev/null; done
  fi
  list=
}
clean_up() {
  undo
  [ -z "$work" ] || rm -rf "$work"
}
stop() {
  status=$1
  shift
  printf '%s\n' "$*" >&2
  clean_up
  say "Nothing was installed." >&2
  exit "$status"
}
trap 'stop 130 "Interrupted."' INT
trap 'stop 143 "Ended by a signal."' TERM HUP

is_vault() { # whether a program is ours: the version says so, and 0.1.0 knew its number only
  case $(HOME=/nonexistent "$1" --version 2>/dev/null </dev/null) in
    *"(registry credentials)"* | 0.1.0 | 0.2.0) true ;;
    *) false ;;
  esac
}
is_helper() {
  case $("$1" version 2>/dev/null </dev/null) in
    "docker-credential-vault (github.com/docker/"*) true ;;
    *) false ;;
  esac
}

[ -d "$tree" ] || stop 66 "$tree is missing: unpack the whole archive, and run install.sh from there"
version=$("$tree/bin/regvault" --version 2>&1) || stop 69 "$tree/bin/regvault does not start here: $version
It needs x86-64 Linux with glibc 2.27 or newer."

# A folder that exists must be writable; otherwise the nearest one above it must be.
nearest() {
  folder=$1
  while [ ! -e "$folder" ]; do folder=$(dirname "$folder"); done
  printf '%s' "$folder"
}
work=$(mktemp -d) || stop 73 "no temporary folder can be made: set TMPDIR to a folder that can be written"
mkdir "$work/new"
list=$(cd "$tree" && find . \( -type f -o -type l \) | sed 's,^\./,,' | sort)

# `vault` is HashiCorp's program too: theirs is left alone, and ours is then called regvault.
notes=
if [ -e "$prefix/bin/vault" ] || [ -h "$prefix/bin/vault" ]; then
  if [ "$(readlink "$prefix/bin/vault" 2>/dev/null)" != regvault ] && ! is_vault "$prefix/bin/vault"; then
    list=$(printf '%s\n' "$list" | grep -vE '(^|/)_?vault(-[a-z-]*)?(\.1|\.fish)?$')
    notes="$prefix/bin/vault is another program and stays: run this one as 'regvault'"
  fi
fi
for name in regvault docker-credential-vault; do
  file=$prefix/bin/$name
  [ -e "$file" ] || continue
  case $name in
    regvault) is_vault "$file" && continue ;;
    *) is_helper "$file" && continue ;;
  esac
  list=
  stop 73 "$file is there, and is another program: move it away, or choose another PREFIX"
done

old=
[ ! -x "$prefix/bin/regvault" ] || old=$("$prefix/bin/regvault" --version 2>/dev/null)
[ -n "$old" ] || [ ! -x "$prefix/bin/vault" ] || [ -n "$notes" ] || old=$("$prefix/bin/vault" --version 2>/dev/null)

: >"$work/folders"
make_folder() {
  [ -d "$1" ] && return 0
  make_folder "$(dirname "$1")" || return 1
  mkdir "$1" 2>"$work/error" || return 1
  printf '%s\n' "$1" >>"$work/folders"
}
fail_at() { # FOLDER: why nothing can be written there
  at=$(nearest "$1")
  if [ ! -d "$at" ]; then
    stop 73 "cannot install into $1: $at is not a folder"
  elif [ ! -w "$at" ]; then
    stop 73 "cannot write to $at: choose another PREFIX, such as ~/.local, or run this as another user"
  fi
  stop 73 "cannot write to $at: $(cat "$work/error")
$(du -sk "$tree" | cut -f 1) KB are needed there, and $(df -Pk "$at" | awk 'END {print $4}') KB are free."
}

# First copies beside their places, which needs the space, and then renames, which need none.
printf '%s\n%s\n' "$list" "$record" >"$work/list"
printf '%s\n' "$list" >"$work/record"
list=$(cat "$work/list")
while IFS= read -r name; do
  target=$prefix/$name
  make_folder "$(dirname "$target")" || fail_at "$(dirname "$target")"
  [ -d "$target" ] && [ ! -h "$target" ] && stop 73 "$target is a folder: move it away, then try again"
  source=$tree/$name
  [ "$name" != "$record" ] || source=$work/record
  cp -P "$source" "$target$staged" 2>"$work/error" || fail_at "$(dirname "$target")"
  [ -h "$source" ] || cmp -s "$source" "$target$staged" || fail_at "$(dirname "$target")"
done <"$work/list"
sync -f "$prefix/bin" 2>/dev/null || sync

# Which of them run now; they keep the old files, because these are replaced and not overwritten.
running=
user=$(id -u)
for process in /proc/[0-9]*; do
  read -r name 2>/dev/null <"$process/comm" || continue
  case $name in vault | regvault | docker-credentia) ;; *) continue ;; esac
  # Our programs forbid their user to look at them; only their name shows.
  if program=$(readlink "$process/exe" 2>/dev/null); then
    case $program in "$prefix/bin/"* | "$prefix/libexec/regvault/"*) ;; *) continue ;; esac
  else
    [ "$(awk '$1 == "Uid:" {print $2}' "$process/status" 2>/dev/null)" = "$user" ] || continue
  fi
  running="$running ${process#/proc/}"
done

[ ! -f "$prefix/$record" ] || cp "$prefix/$record" "$work/old"
while IFS= read -r name; do
  target=$prefix/$name
  if [ -e "$target" ] || [ -h "$target" ]; then
    cp -Pp "$target" "$target$saved" 2>"$work/error" || fail_at "$(dirname "$target")"
  else
    mkdir -p "$work/new/$(dirname "$name")" && : >"$work/new/$name"
  fi
  mv -f "$target$staged" "$target" 2>"$work/error" || fail_at "$(dirname "$target")"
done <"$work/list"

# From here on the new version is in place.
trap '' INT TERM HUP
while IFS= read -r name; do rm -f "$prefix/$name$saved"; done <"$work/list"
if [ -f "$work/old" ]; then
  grep -vxF -f "$work/list" "$work/old" | while IFS= read -r name; do
    case $name in /* | *..*) ;; *) rm -f "$prefix/$name" ;; esac
  done
fi
list=
rm -rf "$work"

say "Installed ${version##* } into $prefix${old:+, instead of ${old##* }}."
[ -z "$notes" ] || say "$notes."
[ -z "$running" ] || say "Still running with the older files, until they end: process$running."
command=vault
[ -z "$notes" ] || command=regvault
case :$PATH: in
  *:"$prefix/bin":*) say "Next: '$command registry login URI', or '$command --help'." ;;
  *) say "$prefix/bin is not on the PATH: add it, or run '$prefix/bin/$command registry login URI'." ;;
esac
