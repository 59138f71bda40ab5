import Testing
import VaultTestSupport

/// docker, podman, skopeo and buildah with logins that they are lent, or that are written out for them; none
/// of them has been told of the vault.
struct ClientLendingTests {
  private func world(_ uri: String? = nil) throws -> ClientWorld {
    let world = try ClientWorld()
    try world.pushImage()
    let login = try world.home.logIn(
      uri ?? world.registry.uri, as: ClientWorld.user, with: ClientWorld.password, "--no-verify")
    #expect(login.status == 0, "\(login.errors)")
    return world
  }

  @Test func `docker is lent a login`() throws {
    let world = try world()
    let outcome = try world.run(
      """
      ! docker manifest inspect --insecure "$1/team/app:1"
      vault exec -q --registry "$1" -- docker manifest inspect --insecure "$1/team/app:1"
      ! test -e "$HOME/.docker"
      """)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("schemaVersion"))
    #expect(try world.leftovers() == [])
  }

  @Test func `skopeo and buildah are lent a login for a part of a registry`() throws {
    let world = try ClientWorld()
    try world.pushImage()
    for (part, password) in [("/team", ClientWorld.password), ("/other", "wrong"), ("", "wrong")] {
      let login = try world.home.logIn(
        world.registry.uri + part, as: ClientWorld.user, with: password, "--no-verify")
      #expect(login.status == 0, "\(login.errors)")
    }
    let outcome = try world.run(
      """
      export BUILDAH_ISOLATION=chroot
      vault exec -q -- skopeo inspect --tls-verify=false "docker://$1/team/app:1"
      vault exec -q -- skopeo copy -q --insecure-policy --src-tls-verify=false --dest-tls-verify=false \\
        "docker://$1/team/app:1" "docker://$1/team/app:2"
      vault exec -q -- buildah $STORAGE pull -q --tls-verify=false "docker://$1/team/app:2"
      ! vault exec -q -- skopeo inspect --tls-verify=false "docker://$1/other/app:1" 2>&1
      """)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("\"Name\": \"\(world.registry.host)/team/app\""))
    #expect(outcome.output.contains("unauthorized"))
    #expect(try world.leftovers() == [])
  }

  @Test func `podman is lent a login`() throws {
    let world = try world()
    let outcome = try world.run(
      """
      ! podman $STORAGE pull -q --tls-verify=false "$1/team/app:1"
      vault exec -q --registry "$1" -- podman $STORAGE pull -q --tls-verify=false "$1/team/app:1"
      """)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(try world.leftovers() == [])
  }

  @Test func `where podman asks the helper, it gets the lent login for a part of a registry`()
    throws
  {
    let world = try world()
    _ = try world.home.vault("registry", "logout", "--all")
    for (part, user, password) in [
      ("", "mallory", "wrong"), ("/team", ClientWorld.user, ClientWorld.password),
    ] {
      let login = try world.home.logIn(
        world.registry.uri + part, as: user, with: password, "--no-verify")
      #expect(login.status == 0, "\(login.errors)")
    }
    let outcome = try world.run(
      """
      vault helper install podman
      say lent
      vault exec -q --registry "$1/team" -- skopeo list-tags --tls-verify=false "docker://$1/team/app"
      vault exec -q --registry "$1/team" -- podman $STORAGE pull -q --tls-verify=false "$1/team/app:1"
      """)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("\"Tags\""))
    let transcript = try world.transcript()
    #expect(transcript.contains("\"Username\":\"\(ClientWorld.user)\""), "\(transcript)")
    #expect(!transcript.contains("mallory"), "\(transcript)")
  }

  @Test func `the helper opens the lent logins however the vault was opened`() throws {
    let world = try world()
    let outcome = try world.run(
      """
      vault helper install podman
      rm "$HOME/.config/vault/config"
      vault exec -q --key-file "$HOME/vault.key" -- \
        skopeo inspect --tls-verify=false "docker://$1/team/app:1"
      """)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
  }

  @Test func `docker takes what is exported for it, beside what it wrote itself`() throws {
    let world = try world()
    let outcome = try world.run(
      """
      export DOCKER_CONFIG="$FOLDER/docker"
      mkdir -m 700 "$DOCKER_CONFIG"
      printf '{\\n\\t"auths": {\\n\\t\\t"x.example.com": {\\n\\t\\t\\t"auth": "dTpw"\\n\\t\\t}\\n\\t},\\n\\t"detachKeys": "ctrl-x"\\n}' >"$DOCKER_CONFIG/config.json"
      vault export --as docker-config --output "$DOCKER_CONFIG/config.json"
      stat -c %a "$DOCKER_CONFIG/config.json"
      docker manifest inspect --insecure "$1/team/app:1" >/dev/null
      docker logout "$1" >/dev/null
      cat "$DOCKER_CONFIG/config.json"
      """)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(
      outcome.output == """
        600
        {
        \t"auths": {
        \t\t"x.example.com": {
        \t\t\t"auth": "dTpw"
        \t\t}
        \t},
        \t"detachKeys": "ctrl-x"
        }
        """, "\(outcome.output)")
  }

  @Test func `podman and skopeo take what is exported for them, a part of a registry too`() throws {
    for part in ["", "/team"] {
      let world = try world()
      _ = try world.home.vault("registry", "logout", "--all")
      let login = try world.home.logIn(
        world.registry.uri + part, as: ClientWorld.user, with: ClientWorld.password, "--no-verify")
      #expect(login.status == 0)
      let outcome = try world.run(
        """
        vault export --as auth-json >"$FOLDER/auth.json"
        skopeo inspect --authfile "$FOLDER/auth.json" --tls-verify=false "docker://$1/team/app:1"
        podman $STORAGE pull -q --authfile "$FOLDER/auth.json" --tls-verify=false "$1/team/app:1"
        """)
      #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
      #expect(outcome.errors.contains("Standard output got 1 login unencrypted"))
    }
  }
}
