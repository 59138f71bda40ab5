#!/bin/bash
# keepassxc.sh FOLDER STATE [KEY=VALUE…]: runs KeePassXC as the desktop keyring, on an X server of its own whose
# display FOLDER/display names, until it is killed. STATE is unlocked, locked, no-group (unlocked, but
# nothing is exposed) or none (no database). KEY=VALUE goes into its section [FdoSecrets]. FOLDER/log has what it says.
set -euo pipefail
folder=$1 state=$2
shift 2
mkdir -p "$folder/config/keepassxc" "$folder/Logins"
export HOME=$folder XDG_RUNTIME_DIR=$folder XDG_CONFIG_HOME=$folder/config XDG_CACHE_HOME=$folder/cache XDG_DATA_HOME=$folder/data
{
  printf '[General]\nConfigVersion=2\nSingleInstance=false\nUpdateCheckMessageShown=true\n'
  printf '[GUI]\nCheckForUpdates=false\n[FdoSecrets]\nEnabled=true\nShowNotification=false\n'
  for setting in ConfirmAccessItem=false ConfirmDeleteItem=false "$@"; do
    printf '%s\n' "$setting"
  done
} >"$folder/config/keepassxc/keepassxc.ini"

cli() { printf 'pw\npw\n' | keepassxc-cli "$@" >>"$folder/log" 2>&1; }
database=$folder/exposed.kdbx
if [[ $state != none ]]; then
  cli db-create -q -p -t 100 "$folder/made.kdbx"
  cli mkdir "$folder/made.kdbx" Logins
  printf 'pw\n' | keepassxc-cli export -q -f xml "$folder/made.kdbx" >"$folder/made.xml" 2>>"$folder/log"
  # Which group is exposed stands in the database, and no command of keepassxc-cli writes it.
  python3 - "$folder/made.xml" "$state" <<'PYTHON'
import base64, sys, uuid
import xml.etree.ElementTree as ET
path, state = sys.argv[1:]
tree = ET.parse(path)
group = next(g for g in tree.iter("Group") if g.findtext("Name") == "Logins")
meta = tree.find("Meta")
data = meta.find("CustomData")
if data is None:
    data = ET.SubElement(meta, "CustomData")
if state != "no-group":
    item = ET.SubElement(data, "Item")
    ET.SubElement(item, "Key").text = "FDO_SECRETS_EXPOSED_GROUP"
    ET.SubElement(item, "Value").text = "{%s}" % uuid.UUID(bytes=base64.b64decode(group.findtext("UUID")))
tree.write(path, encoding="utf-8", xml_declaration=True)
PYTHON
  cli import -q -p -t 100 "$folder/made.xml" "$database"
fi

# With KeePassXC, which takes the place of this shell.
setpriv --pdeathsig KILL Xvfb -displayfd 7 -nolisten tcp 7>"$folder/display.new" >>"$folder/log" 2>&1 &
until [[ -s $folder/display.new ]]; do sleep 0.05; done
mv "$folder/display.new" "$folder/display"
export DISPLAY=:$(<"$folder/display")
case $state in
  none) exec keepassxc >>"$folder/log" 2>&1 ;;
  locked) exec keepassxc "$database" >>"$folder/log" 2>&1 ;;
  *) exec keepassxc --pw-stdin "$database" <<<pw >>"$folder/log" 2>&1 ;;
esac
