# In a chroot, as a user whose home has a blank in its name.
. /checks/inside.sh
cd "$HOME"
tar -xJf "/dist/vault-$VERSION-x86_64.tar.xz"
cd "vault-$VERSION-x86_64"

./install.sh ~/.local | has "Installed"
PATH=$HOME/.local/bin:$PATH
vault --version | has "vault (registry credentials) $VERSION"
regvault --version | has "regvault (registry credentials) $VERSION"
use vault docker-credential-vault
printf '  from unpacking to the end of all that: %d ms\n' $((($(date +%s%N) - START) / 1000000))

bash -euo pipefail /checks/install.sh "$PWD"
