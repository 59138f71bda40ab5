# In a chroot: what the .rpm brings, laid into place by hand, is used.
. /checks/inside.sh
cp -a /shared/rpm/. /
ln -s regvault /usr/bin/vault
vault --version | has "vault (registry credentials) $VERSION"
HOME=/root vault init --key-file /root/vault.key
printf secret | vault registry login --no-verify -u u --password-stdin registry.example.com
printf registry.example.com | docker-credential-vault get | has '"Secret":"secret"'
