import Testing
import VaultTestSupport

/// `vault export`, from its arguments to the file.
struct ExportCommandTests {
  private func world() throws -> TestWorld {
    let world = try TestWorld()
    try world.makeVault()
    for (uri, user, secret) in [
      ("docker://registry.example.com", "alice", "first"), ("docker://docker.io", "bob", "second"),
      ("docker://ghcr.io/org", "carol", "third"), ("oras://acr.example.com", "<token>", "to\"ken"),
    ] {
      #expect(try world.logIn(uri, as: user, with: secret).status == 0)
    }
    return world
  }

  private func text(_ world: TestWorld, _ name: String) throws -> String {
    String(decoding: try readFile(world.path(name)), as: UTF8.self)
  }

  @Test func `each form has its own keys and words`() throws {
    let world = try world()
    let auth = try world.run("export", "--as", "auth-json")
    #expect(
      auth.output == """
        {
        \t"auths": {
        \t\t"acr.example.com": {
        \t\t\t"auth": "MDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAwOg==",
        \t\t\t"identitytoken": "to\\"ken"
        \t\t},
        \t\t"docker.io": {
        \t\t\t"auth": "Ym9iOnNlY29uZA=="
        \t\t},
        \t\t"ghcr.io/org": {
        \t\t\t"auth": "Y2Fyb2w6dGhpcmQ="
        \t\t},
        \t\t"registry.example.com": {
        \t\t\t"auth": "YWxpY2U6Zmlyc3Q="
        \t\t}
        \t}
        }

        """)
    #expect(auth.errors == "WARNING: Standard output got 4 logins unencrypted\n")
    for form in ["docker-config", "apptainer"] {
      let docker = try world.run("export", "--as", form)
      #expect(docker.output.contains("\t\t\"https://index.docker.io/v1/\": {\n"))
      #expect(!docker.output.contains("ghcr.io"))
      #expect(docker.errors.contains("docker://ghcr.io/org is left out: "), "\(docker.errors)")
    }
    let remote = try world.run("export", "--as", "remote-yaml", "ghcr.io/org/app:1")
    #expect(
      remote.output == """
        Active: ""
        Remotes: {}
        Credentials:
            - URI: docker://ghcr.io/org
              Auth: Basic Y2Fyb2w6dGhpcmQ=
              Insecure: false

        """)
  }

  @Test func `a file that is there keeps all else, and is of mode 0600 afterwards`() throws {
    let world = try world()
    try writeFile(
      world.path("config.json"),
      "{ \"x\" : [1,\r\n 2],\r\n  \"auths\": {\"registry.example.com\":"
        + "{\"email\":\"e\",\"password\":\"old\",\"auth\":\"b2xkOm9sZA==\"}} }\r\n", mode: 0o644)
    let outcome = try world.run(
      "export", "--as", "docker-config", "--output", "config.json", "registry.example.com")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      try text(world, "config.json")
        == "{ \"x\" : [1,\r\n 2],\r\n  \"auths\": {\"registry.example.com\":"
        + "{\"email\":\"e\",\"auth\":\"YWxpY2U6Zmlyc3Q=\"}} }\r\n")
    #expect(try Command(["stat", "-c", "%a", world.path("config.json")]).run().output == "600\n")
    #expect(outcome.errors.contains("now holds 1 login unencrypted"), "\(outcome.errors)")
    #expect(outcome.errors.contains(world.path("config.json")))
  }

  @Test func `what cannot be written out whole is not written at all`() throws {
    let world = try world()
    let missing = try world.run(
      "export", "--as", "auth-json", "--output", "f", "registry.example.com", "nowhere.example.com")
    #expect(missing.status == 1)
    #expect(missing.errors.contains("nowhere.example.com"))
    let part = try world.run(
      "export", "--as", "docker-config", "--output", "f", "registry.example.com", "ghcr.io/org")
    #expect(part.status == 64)
    #expect(part.errors.contains("no login for a part of a registry"))
    #expect(try world.run("export", "--as", "docker", "--output", "f").status == 64)
    #expect(try world.run("export", "--output", "f").status == 64)
    #expect(!files(below: world.path("")).contains { $0.hasSuffix("/f") })
  }

  @Test(
    arguments: [
      ("docker-config", "{\"auths\": {\"a\": ", 65 as Int32), ("docker-config", "[]", 65),
      ("auth-json", "{\"auths\": [1]}", 65), ("auth-json", "{\"auths\":{},\"auths\":{}}", 65),
      ("apptainer", "{\"auths\": {\"x\": 1}}", 65), ("remote-yaml", "Remotes: [\n", 65),
      ("remote-yaml", "Credentials: {}\n", 65), ("remote-yaml", "Credentials:\n\t- URI: x\n", 65),
    ])
  func `a malformed file is status 65 and stays as it is`(
    form: String, content: String, status: Int32
  ) throws {
    let world = try world()
    try writeFile(world.path("f"), content)
    let outcome = try world.run(
      "export", "--as", form, "--output", "f", "registry.example.com")
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.errors.contains(world.path("f")), "\(outcome.errors)")
    #expect(try text(world, "f") == content)
  }

  @Test func `a file that others may write to is refused, and a link is followed`() throws {
    let world = try world()
    try writeFile(world.path("f"), "{}")
    try setMode(0o666, of: world.path("f"))
    let open = try world.run("export", "--as", "auth-json", "--output", "f")
    #expect(open.status == 78, "\(open.errors)")
    #expect(try text(world, "f") == "{}")
    try setMode(0o600, of: world.path("f"))
    #expect(try Command(["ln", "-s", world.path("f"), world.path("link")]).run().status == 0)
    #expect(try world.run("export", "--as", "auth-json", "--output", "link").status == 0)
    #expect(try text(world, "f").contains("ghcr.io/org"))
  }

  @Test func `a helper that the file names is said, as it goes before the logins`() throws {
    let world = try world()
    try writeFile(world.path("f"), "{\"credsStore\":\"secretservice\"}")
    let outcome = try world.run("export", "--as", "docker-config", "--output", "f")
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("docker-credential-secretservice"), "\(outcome.errors)")
  }

  @Test func `a login by --store apptainer that cannot be noted leaves no secret`() throws {
    let world = try TestWorld()
    try makeFolder(world.path(".apptainer"))
    try writeFile(world.path(".apptainer/remote.yaml"), "Remotes: [\n")
    let login = try world.run(
      "registry", "login", "--store", "apptainer", "--no-verify", "-u", "u", "--password-stdin",
      "registry.example.com", input: "unm1stakable")
    #expect(login.status == 65, "\(login.errors)")
    #expect(!files(below: world.path("")).contains { $0.hasSuffix("config.json") })
  }

  @Test func `a login by --store apptainer is refused where Apptainer would not read it`() throws {
    let world = try world()
    let made = try Command(["mkdir", "-m", "700", world.path(".apptainer")]).run()
    #expect(made.status == 0)
    let file = world.path(".apptainer/docker-config.json")
    try writeFile(file, "{\"credsStore\":\"vault\"}")
    let login = [
      "registry", "login", "--store", "apptainer", "--no-verify", "-u", "u", "--password-stdin",
    ]
    let refused = try world.run(login + ["r.example.com"], input: "pw")
    #expect(refused.status == 78, "\(refused.errors)")
    #expect(String(decoding: try readFile(file), as: UTF8.self) == "{\"credsStore\":\"vault\"}")
    try writeFile(file, "{\n\t\"auths\": {}\n}")
    let part = try world.run(login + ["r.example.com/team"], input: "pw")
    #expect(part.status == 64, "\(part.errors)")
    #expect(try world.run(login + ["r.example.com"], input: "pw").status == 0)
    #expect(
      String(decoding: try readFile(file), as: UTF8.self)
        == "{\n\t\"auths\": {\n\t\t\"r.example.com\": {\n\t\t\t\"auth\": \"dTpwdw==\"\n\t\t}\n\t}\n}"
    )
    #expect(
      String(decoding: try readFile(world.path(".apptainer/remote.yaml")), as: UTF8.self)
        == "Active: \"\"\nRemotes: {}\nCredentials:\n    - URI: docker://r.example.com\n"
        + "      Insecure: false\n")
    // docker's own logins, of which Apptainer has no note, are not its.
    #expect(try world.run("get", "r.example.com").output == "pw\n")
    #expect(try world.run("registry", "logout", "r.example.com").status == 0)
    #expect(
      String(decoding: try readFile(file), as: UTF8.self) == "{\n\t\"auths\": {}\n}")
  }

  @Test func `another program's plain login is neither listed nor logged out as Apptainer's`()
    throws
  {
    let world = try world()
    #expect(try Command(["mkdir", "-m", "700", world.path(".docker")]).run().status == 0)
    let content = "{\"auths\":{\"zz.example.com\":{\"auth\":\"dTpwdw==\"}}}"
    try writeFile(world.path(".docker/config.json"), content)
    #expect(try !world.run("registry", "list").output.contains("zz.example.com"))
    #expect(try world.run("registry", "logout", "--all").status == 0)
    #expect(try text(world, ".docker/config.json") == content)
  }
}
