#!/usr/bin/env bash
# Puts into the home what a block of a page starts from: setup.sh NAME
set -euo pipefail

log_in() { vault registry login -q -u myuser --password-stdin "$@" <token; }

case $1 in
key-file-vault) vault init -q --key-file .keys/vault.key ;;
passphrase-vault)
  vault init -q --passphrase-file passphrase
  vault unlock -q --passphrase-file passphrase
  ;;
login) log_in docker://registry.example.com ;;
two-logins)
  log_in docker://docker.com
  log_in docker://registry.example.com
  ;;
prefix-logins)
  log_in docker://registry.example.com/team
  # A JSON Web Token that ends on 17 March 2030.
  printf 'eyJhbGciOiJub25lIn0.eyJleHAiOjE5MDAwMDAwMDB9.x' |
    vault registry login -q --no-verify -u '<token>' --password-stdin docker://ghcr.io/myorg
  ;;
plaintext-login)
  log_in oras://ghcr.io/myorg
  log_in --store remote-yaml docker://registry.example.com
  ;;
refused-login)
  log_in docker://docker.com
  printf wrong | vault registry login -q --no-verify -u myuser --password-stdin docker://registry.example.com
  ;;
docker-configuration)
  mkdir -p .docker
  printf '{}\n' >.docker/config.json
  ;;
plaintext-files)
  mkdir -p -m 700 .apptainer .docker .config/containers
  auth=$(printf 'myuser:correct horse' | base64)
  cat >.apptainer/remote.yaml <<YAML
Active: mycloud
Remotes:
    mycloud:
        URI: cloud.example.com
        Token: a-token-of-mycloud
        System: false
        Exclusive: false
Credentials:
    - URI: docker://registry.example.com
      Insecure: false
    - URI: https://keys.example.com
      Auth: Basic $auth
      Insecure: false
YAML
  cat >.docker/config.json <<JSON
{
	"auths": {
		"https://index.docker.io/v1/": {
			"auth": "$(printf 'myuser:another secret' | base64)"
		},
		"registry.example.com": {
			"auth": "$auth"
		}
	},
	"psFormat": "table {{.Names}}"
}
JSON
  printf '{"auths": {\n\t"ghcr.io/myorg": {"auth": "%s"}\n}}\n' "$(printf 'myuser:a third secret' | base64)" >.config/containers/auth.json
  chmod 600 .apptainer/remote.yaml .config/containers/auth.json
  chmod 644 .docker/config.json
  ;;
*)
  echo "unknown set-up: $1" >&2
  exit 64
  ;;
esac
