import Foundation
import Testing
import VaultTestSupport

/// The real Apptainer with logins that it is lent, that are written out for it, or that are its own.
@Suite(.enabled(if: ApptainerRoot.whyMissing == nil, "\(ApptainerRoot.whyMissing ?? "")"))
struct ApptainerLendingTests {
  private let logIn = """
    vault init -q --key-file /mnt/home/vault.key
    vault registry login -q --no-verify -u alice --password-stdin "docker://$1" <<<"$PASSWORD"

    """

  @Test
  func `Apptainer pulls, pushes and builds with a login that it is lent, and nothing is left`()
    throws
  {
    let world = try ApptainerRoot.world()
    let outcome = try ApptainerRoot.run(
      logIn + """
        vault helper status apptainer >&2 || :
        ! apptainer -q pull --no-https denied.sif "docker://$1/team/app:1"
        vault exec -- apptainer -q pull --no-https box.sif "docker://$1/team/app:1"
        vault exec -- apptainer -q push --no-https box.sif "oras://$1/team/box:1"
        vault exec -- apptainer -q pull --no-https back.sif "oras://$1/team/box:1"
        cmp box.sif back.sif
        printf 'Bootstrap: docker\\nFrom: %s/team/app:1\\n' "$1" >box.def
        vault exec --registry "$1" -- apptainer -q build --no-https built.sif box.def
        vault exec -- apptainer -q exec --no-privs --no-https "docker://$1/team/app:1" /hello
        ls -A /dev/shm/vault-0
        """, in: world)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.hasSuffix("hello\n.lend.lock\n"), "\(outcome.output)")
    #expect(
      try leftovers(of: [ClientWorld.password], below: world.folder.path("home")) == [])
  }

  @Test func `a login for a part of a registry reaches Apptainer under the image's own name`()
    throws
  {
    let world = try ApptainerRoot.world()
    let outcome = try ApptainerRoot.run(
      """
      vault init -q --key-file /mnt/home/vault.key
      vault registry login -q --no-verify -u alice --password-stdin "docker://$1/team" <<<"$PASSWORD"
      vault registry login -q --no-verify -u mallory --password-stdin "docker://$1/other" <<<wrong
      vault registry login -q --no-verify -u mallory --password-stdin "docker://$1" <<<wrong
      vault exec -- apptainer -q pull --no-https box.sif "docker://$1/team/app:1"
      ls box.sif
      """, in: world)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.hasSuffix("box.sif\n"))
  }

  @Test func `a login by --store apptainer is Apptainer's own, and each can take it away`() throws {
    let world = try ApptainerRoot.world()
    let outcome = try ApptainerRoot.run(
      """
      for taker in apptainer vault; do
        vault registry login --store apptainer --no-verify -u alice --password-stdin "docker://$1" <<<"$PASSWORD"
        apptainer registry list
        vault registry list --long
        apptainer -q pull --force --no-https box.sif "docker://$1/team/app:1"
        apptainer cache clean -f >/dev/null
        $taker registry logout "docker://$1"
        apptainer registry list
        ! apptainer -q pull --force --no-https denied.sif "docker://$1/team/app:1"
        ! grep -r auth\\" .docker
      done
      """, in: world)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    let host = world.registry.host
    #expect(outcome.output.components(separatedBy: "docker://\(host)  ✗!\n").count == 3)
    #expect(outcome.output.contains("alice  apptainer"), "\(outcome.output)")
    #expect(outcome.errors.contains("unencrypted in /mnt/home/.docker/config.json"))
    #expect(
      try leftovers(of: [ClientWorld.password], below: world.folder.path("home")) == [])
  }

  @Test func `what is exported for Apptainer is taken by it`() throws {
    let world = try ApptainerRoot.world()
    let outcome = try ApptainerRoot.run(
      logIn + """
        vault export --as apptainer --output .apptainer/docker-config.json
        stat -c %a .apptainer .apptainer/docker-config.json
        apptainer -q pull --no-https box.sif "docker://$1/team/app:1"
        rm .apptainer/docker-config.json
        vault export --as remote-yaml --output .apptainer/remote.yaml "$1"
        stat -c %a .apptainer/remote.yaml
        apptainer registry list
        apptainer registry logout "docker://$1"
        apptainer registry list
        """, in: world)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    let host = world.registry.host
    let table = "\nURI                       SECURE?\ndocker://\(host)  ✗!\n"
    #expect(outcome.output == "700\n600\n600\n\(table)\nURI  SECURE?\n", "\(outcome.output)")
  }

  @Test func `Apptainer is lent the token of an endpoint and the login to a keyserver`() throws {
    let world = try ApptainerRoot.world()
    let token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl"
    let outcome = try ApptainerRoot.run(
      """
      vault init -q --key-file /mnt/home/vault.key
      apptainer remote list >/dev/null
      mkdir -p .apptainer/keys
      echo kept >.apptainer/keys/mine
      cat >.apptainer/remote.yaml <<'END'
      Active: ours
      Remotes:
          ours:
              URI: cloud.example.com
              Token: \(token)
              System: false
              Exclusive: false
      Credentials:
          - URI: https://keys.example.com
            Auth: Basic YWxpY2U6a2V5c2VydmVyLXB3
            Insecure: false
      END
      cp .apptainer/remote.yaml before.yaml
      vault migrate -q --yes .apptainer/remote.yaml >/dev/null
      cp .apptainer/remote.yaml after.yaml
      vault registry list --long
      vault get ours
      vault get https://keys.example.com
      vault export -q --as remote-yaml --output filled.yaml ours https://keys.example.com
      vault exec -q --registry ours --registry https://keys.example.com -- bash -c '
        cmp "$APPTAINER_CONFIGDIR/remote.yaml" before.yaml
        cat "$APPTAINER_CONFIGDIR/keys/mine"
        stat -c %a "$APPTAINER_CONFIGDIR/remote.yaml"
        apptainer registry list'
      vault exec -q -- bash -c 'grep -c Token "$APPTAINER_CONFIGDIR/remote.yaml"' bash \\
        library://team/app
      apptainer remote list
      cmp .apptainer/remote.yaml after.yaml || diff after.yaml .apptainer/remote.yaml || :
      vault registry logout ours
      vault registry logout https://keys.example.com
      vault registry list --long
      rm -f before.yaml filled.yaml
      """, in: world)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("ours                      ✓"), "\(outcome.output)")
    #expect(outcome.output.contains("\n\(token)\nkeyserver-pw\nkept\n600\n"), "\(outcome.output)")
    #expect(outcome.output.contains("https://keys.example.com  ✓\n1\n"), "\(outcome.output)")
    #expect(outcome.output.hasSuffix("\nURI  SECURE?  USER  STORE  EXPIRES  VERIFIED\n"))
  }
}
