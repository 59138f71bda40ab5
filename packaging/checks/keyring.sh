# In a session of its own: keeps a login in the desktop keyring, with the host's libsecret.
. /checks/inside.sh
program=$1 helper=$2
mkdir -p "$HOME"
export XDG_RUNTIME_DIR=$HOME/run
mkdir -p -m 700 "$XDG_RUNTIME_DIR"
printf 'pw' | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
"$program" registry login --store secret-service --no-verify --username bob --password-stdin \
  docker://keyring.example.com </shared/password
"$program" registry list | has keyring.example.com
printf 'keyring.example.com' | "$helper" get | has '"Username":"bob"'
