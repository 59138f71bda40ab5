import Testing
import VaultTestSupport

/// `vault migrate` without a terminal.
struct MigrateCommandTests {
  private static let docker = ".docker/config.json"
  private static let remote = ".apptainer/remote.yaml"
  private static let auth = ".config/containers/auth.json"

  private static let dockerText =
    "{\n\t\"auths\": {\n\t\t\"r.example\": {\n\t\t\t\"auth\": \"YWxpY2U6dW5tMXN0YWthYmxl\"\n\t\t}\n\t}\n}"
  private static let remoteText = """
    Active: cloud
    Remotes:
      cloud:
        URI: cloud.example.com
        Token: unm1stakable-token
        System: false
    Credentials:
    - URI: https://keys.example.com
      Auth: Bearer unm1stakable-key
      Insecure: false

    """
  private static let secrets = ["unm1stakable", "unm1stakable-token", "unm1stakable-key"]

  private func world(_ files: [String: String], hasVault: Bool = true) throws -> TestWorld {
    let world = try TestWorld()
    if hasVault { try world.makeVault() }
    for (name, text) in files {
      var folder = ""
      for part in name.split(separator: "/").dropLast() {
        folder += (folder.isEmpty ? "" : "/") + part
        try? makeFolder(world.path(folder))
      }
      try writeFile(world.path(name), text)
    }
    return world
  }

  private func content(_ world: TestWorld, _ name: String) throws -> String {
    String(decoding: try readFile(world.path(name)), as: UTF8.self)
  }

  @Test func `a dry run shows the plan without secrets, and changes nothing`() throws {
    let world = try world([Self.docker: Self.dockerText, Self.remote: Self.remoteText])
    let result = try world.run("migrate", "--dry-run")
    #expect(result.status == 0, "\(result.errors)")
    let home = world.path("")
    #expect(
      result.output.replacing(home, with: "~/") == """

        LOGIN                     USER   STATE  USED AFTERWARDS BY                               FILE
        endpoint cloud            -      new    Apptainer, by  vault exec                        ~/.apptainer/remote.yaml line 3
        https://keys.example.com  -      new    Apptainer, by  vault exec                        ~/.apptainer/remote.yaml line 8
        docker://r.example        alice  new    docker, by its helper; Apptainer, by its helper  ~/.docker/config.json line 3

        """)
    for secret in Self.secrets { #expect(!(result.output + result.errors).contains(secret)) }
    #expect(try content(world, Self.docker) == Self.dockerText)
    #expect(try content(world, Self.remote) == Self.remoteText)
    #expect(try world.run("registry", "list").output == "\nURI  SECURE?\n")
  }

  @Test func `the plan as JSON has its documented shape`() throws {
    let world = try world([Self.docker: Self.dockerText, Self.auth: "[]"])
    let result = try world.run("migrate", "--dry-run", "--format", "json")
    #expect(result.status == 65)
    #expect(
      result.output.replacing(world.path(""), with: "~/") == """
        {
          "logins" : [
            {
              "changedAt" : "https://r.example",
              "files" : [
                {
                  "line" : 3,
                  "path" : "~/.docker/config.json"
                }
              ],
              "kind" : "registry",
              "login" : "docker://r.example",
              "state" : "new",
              "usedBy" : [
                {
                  "by" : "helper",
                  "program" : "docker"
                }
              ],
              "usernames" : [
                "alice"
              ]
            }
          ],
          "refused" : [
            {
              "file" : "~/.config/containers/auth.json",
              "reason" : "~/.config/containers/auth.json is not a JSON object: it begins with something else",
              "status" : 65
            }
          ]
        }

        """)
  }

  @Test func `a plan of nothing is nothing in the table, and an empty one as JSON`() throws {
    let world = try world([:], hasVault: false)
    let table = try world.run("migrate", "--yes")
    #expect(table.status == 0)
    #expect(table.output == "")
    #expect(table.errors.contains("No secret lies in the clear"))
    let json = try world.run("migrate", "--dry-run", "--format", "json")
    #expect(json.output == "{\n  \"logins\" : [\n\n  ],\n  \"refused\" : [\n\n  ]\n}\n")
    // Nothing to seal is no reason to make a vault.
    #expect(try world.run("status").status == 1)
  }

  @Test func `without a terminal it goes on with --yes only`() throws {
    let world = try world([Self.docker: Self.dockerText])
    let result = try world.run("migrate")
    #expect(result.status == 64)
    #expect(result.errors.contains("--yes"))
    #expect(try content(world, Self.docker) == Self.dockerText)
  }

  @Test func `logins of all kinds are taken over, listed and given back`() throws {
    let world = try world([Self.docker: Self.dockerText, Self.remote: Self.remoteText])
    let result = try world.run("migrate", "--yes")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try leftovers(of: Self.secrets, below: world.path("")) == [])
    #expect(result.errors.contains("migrate --undo 1"))
    #expect(result.errors.contains("helper install docker"))
    #expect(result.output.contains("https://cloud.example.com/auth/tokens"))

    let table = try world.run("registry", "list").output
    #expect(!table.contains("cloud") && !table.contains("keys.example.com"))
    let long = try world.run("registry", "list", "--long").output
    #expect(long.contains("\ncloud ") && long.contains("\nhttps://keys.example.com "))
    #expect(try world.run("get", "r.example").output == "unm1stakable\n")
    #expect(try world.run("get", "cloud").output == "unm1stakable-token\n")
    #expect(try world.run("get", "https://keys.example.com").output == "unm1stakable-key\n")
    #expect(try world.run("status").output.contains("Logins      3\n"))

    let again = try world.run("migrate", "--yes")
    #expect(again.status == 0)
    #expect(again.errors.contains("No secret lies in the clear"))
    let history = try world.run("migrate", "--list").output
    #expect(
      history.contains("1          2027-01-15T08:00:00Z  migrated  \(world.path(Self.docker))\n"))
    let undone = try world.run("migrate", "--undo", "--yes")
    #expect(undone.status == 0, "\(undone.errors)")
    #expect(try content(world, Self.docker) == Self.dockerText)
    #expect(try content(world, Self.remote) == Self.remoteText)
    #expect(try world.run("migrate", "--undo", "--yes").status == 1)
    #expect(try world.run("migrate", "--undo", "--yes", "7").status == 1)
    #expect(try world.run("get", "r.example").output == "unm1stakable\n")
  }

  @Test func `a list names what lies in the clear, and the command that seals it`() throws {
    let world = try world([Self.docker: Self.dockerText, Self.remote: Self.remoteText])
    let errors = try world.run("registry", "list").errors
    #expect(
      errors.contains(
        "\(world.path(Self.docker)) holds one login in the clear (docker://r.example): seal it with"
      ))
    #expect(
      errors.contains(
        "holds 2 logins in the clear (cloud and https://keys.example.com): seal them with"))
    #expect(errors.contains(" migrate'\n"))
  }

  @Test func `a conflict is decided by an option, or said and left`() throws {
    let world = try world([Self.docker: Self.dockerText])
    _ = try world.logIn("r.example", as: "alice", with: "another")
    let undecided = try world.run("migrate", "--yes")
    #expect(undecided.status == 64)
    #expect(undecided.errors.contains("There are several secrets for docker://r.example"))
    #expect(try content(world, Self.docker) == Self.dockerText)
    #expect(try world.run("get", "r.example").output == "another\n")
    #expect(try world.run("migrate", "--yes", "--prefer", Self.docker).status == 0)
    #expect(try world.run("get", "r.example").output == "unm1stakable\n")
    #expect(try world.run("migrate", "--undo", "--yes").status == 0)
    #expect(try world.run("get", "r.example").output == "another\n")
    #expect(try world.run("migrate", "--yes", "--prefer", "vault").status == 0)
    #expect(try world.run("get", "r.example").output == "another\n")
    #expect(try leftovers(of: Self.secrets, below: world.path("")) == [])
  }

  @Test func `a malformed file is left, the others go on, and the status says so`() throws {
    let world = try world([Self.docker: Self.dockerText, Self.remote: "Active: [\n"])
    let result = try world.run("migrate", "--yes")
    #expect(result.status == 65)
    #expect(result.errors.contains("remote.yaml line 2: it is not YAML"))
    #expect(result.errors.contains("one thing stays as it is"))
    #expect(try content(world, Self.remote) == "Active: [\n")
    #expect(try leftovers(of: Self.secrets, below: world.path("")) == [])
  }

  @Test func `files can be named, and one that is not there is said`() throws {
    let world = try world([Self.docker: Self.dockerText, "x.json": Self.dockerText])
    #expect(try world.run("migrate", "--yes", "nowhere.json").status == 64)
    #expect(try world.run("migrate", "--yes", "x.json").status == 0)
    #expect(try content(world, Self.docker) == Self.dockerText)
    #expect(!(try content(world, "x.json")).contains("auth\":"))
  }

  @Test func `the helper is installed if wanted, and its taking back comes with the undoing`()
    throws
  {
    let world = try world([
      Self.docker: Self.dockerText,
      Self.auth: "{\"auths\":{\"q.example\":{\"auth\":\"YjpwdzE=\"}}}",
    ])
    let before = try names(world)
    let result = try world.run("migrate", "--yes", "--helper")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try world.run("helper", "status", "docker", "podman").status == 0)
    #expect(try content(world, Self.docker).contains("credsStore"))
    let undone = try world.run("migrate", "--undo", "--yes")
    #expect(undone.status == 0, "\(undone.errors)")
    #expect(try content(world, Self.docker) == Self.dockerText)
    #expect(try names(world) == before)
  }

  @Test func `a helper that was installed by hand since stays when the migration is undone`() throws
  {
    let world = try world([Self.docker: Self.dockerText])
    #expect(try world.run("migrate", "--yes", "--no-helper").status == 0)
    #expect(try world.run("helper", "install", "docker").status == 0)
    #expect(try world.run("migrate", "--undo", "--yes").status == 0)
    #expect(try content(world, Self.docker).contains("YWxpY2U6dW5tMXN0YWthYmxl"))
    #expect(try world.run("helper", "status", "docker").status == 0)
    #expect(try world.run("helper", "uninstall", "docker").status == 0)
    #expect(try content(world, Self.docker) == Self.dockerText)
  }

  @Test func `a helper that a migration installed stays if it was installed by hand again`() throws
  {
    let world = try world([Self.docker: Self.dockerText])
    #expect(try world.run("migrate", "--yes", "--helper").status == 0)
    #expect(try world.run("helper", "install", "docker").status == 0)
    #expect(try world.run("migrate", "--undo", "--yes").status == 0)
    #expect(try world.run("helper", "status", "docker").status == 0)
  }

  @Test func `an undoing that is refused for one file changes none, and the helper stays`() throws {
    let world = try world([
      Self.docker: Self.dockerText,
      Self.auth: "{\"auths\":{\"q.example\":{\"auth\":\"YjpwdzE=\"}}}",
    ])
    #expect(try world.run("migrate", "--yes", "--helper").status == 0)
    let helped = try content(world, Self.docker)
    try writeFile(world.path(Self.auth), "{\"auths\":{}}")
    let undone = try world.run("migrate", "--undo", "--yes")
    #expect(undone.status == 65, "\(undone.errors)")
    #expect(undone.errors.contains("no file was changed"))
    #expect(try content(world, Self.docker) == helped)
    #expect(try world.run("helper", "status", "docker", "podman").status == 0)
    // Once the file is as the migration left it, everything comes back.
    try writeFile(world.path(Self.auth), "{\"auths\":{\"q.example\":{}}}")
    #expect(try world.run("migrate", "--undo", "--yes").status == 0)
    #expect(try content(world, Self.docker) == Self.dockerText)
  }

  @Test(arguments: ["./nowhere.json", "/etc/hosts", ".docker/config.json:99"])
  func `a preference for what was not looked at is a usage error, and nothing is written`(
    _ word: String
  ) throws {
    let world = try world([Self.docker: Self.dockerText])
    let result = try world.run("migrate", "--yes", "--prefer", word)
    #expect(result.status == 64, "\(result.errors)")
    #expect(result.errors.contains("is preferred, but no login"), "\(result.errors)")
    #expect(try content(world, Self.docker) == Self.dockerText)
  }

  @Test func `a preference names a file by any spelling of its path`() throws {
    let world = try world([Self.docker: Self.dockerText])
    _ = try world.logIn("r.example", as: "alice", with: "another")
    let word = "./.docker/../.docker/config.json"
    #expect(try world.run("migrate", "--yes", "--prefer", word).status == 0)
    #expect(try world.run("get", "r.example").output == "unm1stakable\n")
  }

  @Test(arguments: ["/dev/stdin", "/proc/self/fd/0", "/dev/fd/0"])
  func `an open descriptor is not a file that can be migrated`(_ name: String) throws {
    let world = try world([:])
    let result = try world.run(["migrate", "--yes", name], input: Self.dockerText)
    #expect(result.status == 64, "\(result.errors)")
    #expect(try content(world, "stdin") == Self.dockerText)
  }

  @Test func `helm's own file is taken over, and docker's helper serves it`() throws {
    let world = try world([".config/helm/registry/config.json": Self.dockerText])
    let result = try world.run("migrate", "--yes")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("helper install docker"), "\(result.errors)")
  }

  /// docker's settings were changed since, so its logins do not come back: it must go on asking the vault.
  @Test func `who does not get its logins back goes on asking the vault`() throws {
    let world = try world([
      Self.docker: Self.dockerText,
      Self.auth: "{\"auths\":{\"q.example\":{\"auth\":\"YjpwdzE=\"}}}",
    ])
    #expect(try world.run("migrate", "--yes", "--helper").status == 0)
    let edited = try content(world, Self.docker) + "\n"
    try writeFile(world.path(Self.docker), edited)
    let undone = try world.run("migrate", "--undo", "--yes")
    #expect(undone.status == 65, "\(undone.errors)")
    #expect(undone.errors.contains("was changed since it was migrated, so it stays as it is"))
    #expect(try content(world, Self.docker) == edited)
    #expect(try world.run("helper", "status", "docker", "podman").status == 0)
    #expect(try world.run("migrate", "--list").output.contains("changed since"))
  }

  @Test func `a helper that was there before stays at the undoing`() throws {
    let world = try world([Self.docker: Self.dockerText])
    #expect(try world.run("helper", "install", "docker").status == 0)
    let before = try content(world, Self.docker)
    #expect(try world.run("migrate", "--yes", "--helper").status == 0)
    #expect(try world.run("migrate", "--undo", "--yes").status == 0)
    #expect(try content(world, Self.docker) == before)
    #expect(try world.run("helper", "status", "docker").status == 0)
  }

  @Test func `a migration can be forgotten, and is then gone for good`() throws {
    let world = try world([Self.docker: Self.dockerText])
    #expect(try world.run("migrate", "--yes").status == 0)
    #expect(try world.run("migrate", "--forget").status == 64)
    #expect(try world.run("migrate", "--forget", "1").status == 0)
    #expect(try world.run("migrate", "--list").output == "\nMIGRATION  TIME  STATE  FILE\n")
    #expect(try world.run("migrate", "--undo", "--yes").status == 1)
  }

  @Test(arguments: [
    ["migrate", "--undo", "--list"], ["migrate", "--undo", "x", "1"], ["migrate", "--undo", "0"],
    ["migrate", "--undo", "1", "2"], ["migrate", "--list", "x"],
    ["migrate", "--dry-run", "--undo"],
  ]) func `what goes alone is refused together`(_ arguments: [String]) throws {
    #expect(try TestWorld().run(arguments).status == 64)
  }

  /// All files but those of the program itself and of the test.
  private func names(_ world: TestWorld) throws -> [String] {
    files(below: world.path("")).filter { path in
      !path.contains("/.local/") && !["stdin", "stdout", "stderr"].contains { path.hasSuffix($0) }
    }.sorted()
  }
}
