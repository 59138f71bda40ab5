# In a chroot without /proc: the static helper says so in one sentence.
. /checks/inside.sh
text=$(expect 1 /shared/tree/bin/docker-credential-vault list)
[[ $text == *"/proc"* && $(wc -l <<<"$text") = 1 ]] || fail "without /proc: $text"
say "without /proc: $text"
