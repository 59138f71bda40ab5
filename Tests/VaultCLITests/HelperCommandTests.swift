import Testing
import VaultTestSupport

/// `vault helper`, on the files of clients.
struct HelperCommandTests {
  private static let dropIn = ".config/containers/registries.conf.d/50-vault.conf"

  private func names(_ world: TestWorld) -> [String] {
    files(below: world.path(".")).filter { file in
      !["stdin", "stdout", "stderr"].contains { file.hasSuffix("/" + $0) }
    }
  }

  @Test(
    arguments: [
      ("docker", [".docker/config.json"]), ("podman", [dropIn]),
      ("apptainer", [".apptainer/docker-config.json", dropIn]),
    ])
  func `install makes what a client needs, a second one changes nothing, uninstall leaves nothing`(
    _ client: String, _ made: [String]
  ) throws {
    let world = try TestWorld()
    let installed = try world.run("helper", "install", client)
    #expect(installed.status == 0, "\(installed.errors)")
    for file in made {
      #expect(installed.errors.contains("\(world.path(file)) made"), "\(installed.errors)")
    }
    #expect(try world.run("helper", "status", client).status == 0)
    let before = try made.map { try readFile(world.path($0)) }
    #expect(try world.run("helper", "install", client).errors.contains("stays as it is"))
    #expect(try made.map { try readFile(world.path($0)) } == before)
    #expect(try world.run("helper", "uninstall").status == 0)
    #expect(names(world).allSatisfy { $0.contains("/.local/state/vault/") }, "\(names(world))")
    #expect(try Command(["ls", "-A", world.path(".")]).run().output.contains(".docker") == false)
    #expect(try world.run("helper", "status", client).status == 1)
  }

  @Test(
    arguments: [
      "{\n\t\"auths\": {\n\t\t\"h\": {}\n\t},\n\t\"HttpHeaders\": {\"A\": \"b\"}\n}",
      "{\"credsStore\":\"secretservice\",\"x\":[1, 2]}\n", "{ }", "\u{feff}{\r\n}\r\n", "",
      "{\"credsStore\": \"\", \"credHelpers\": {\"gcr.io\": \"gcloud\"}}", "\n", "null", " null\n",
      "{\"CredsStore\":\"secretservice\"}",
    ])
  func `install keeps all else in a file, and uninstall gives it back byte for byte`(
    _ text: String
  ) throws {
    let world = try TestWorld()
    let file = world.path(".docker/config.json")
    try makeFolder(world.path(".docker"))
    try writeFile(file, text)
    try setMode(0o644, of: file)
    let installed = try world.run("helper", "install", "docker")
    #expect(installed.status == 0, "\(installed.errors)")
    let changed = String(decoding: try readFile(file), as: UTF8.self)
    #expect(changed.contains("\"vault\""))
    #expect(!changed.contains("secretservice"))
    #expect(try mode(of: file) == 0o644)
    #expect(try world.run("helper", "uninstall", "docker").status == 0)
    #expect(try readFile(file) == Array(text.utf8))
    #expect(try mode(of: file) == 0o644)
  }

  @Test func `uninstall changes only our member of a file that was edited meanwhile`() throws {
    let world = try TestWorld()
    let file = world.path(".docker/config.json")
    try makeFolder(world.path(".docker"))
    try writeFile(file, "{\"credsStore\": \"pass\"}")
    #expect(try world.run("helper", "install", "docker").status == 0)
    try writeFile(file, "{\"auths\": {\"h\": {}}, \"credsStore\": \"vault\"}")
    #expect(try world.run("helper", "uninstall", "docker").status == 0)
    #expect(try readFile(file) == Array("{\"auths\": {\"h\": {}}, \"credsStore\": \"pass\"}".utf8))
  }

  @Test func `uninstall leaves a file that names another helper by now`() throws {
    let world = try TestWorld()
    #expect(try world.run("helper", "install", "docker").status == 0)
    let text = "{\"credsStore\": \"pass\"}"
    try writeFile(world.path(".docker/config.json"), text)
    let gone = try world.run("helper", "uninstall", "docker")
    #expect(gone.errors.contains("stays as it is: it names the helper pass"), "\(gone.errors)")
    #expect(try readFile(world.path(".docker/config.json")) == Array(text.utf8))
  }

  @Test func `what podman and Apptainer share goes with the last of them`() throws {
    let world = try TestWorld()
    #expect(try world.run("helper", "install", "podman", "apptainer").status == 0)
    #expect(try world.run("helper", "uninstall", "podman").errors.contains("stays for apptainer"))
    #expect(try world.run("helper", "status", "apptainer").status == 0)
    #expect(try world.run("helper", "uninstall", "apptainer").status == 0)
    #expect(try world.run("helper", "status", "podman").status == 1)
  }

  @Test func `a link to the file stays a link`() throws {
    let world = try TestWorld()
    try makeFolder(world.path(".docker"))
    try writeFile(world.path("dotfiles.json"), "{}\n")
    let link = ["ln", "-s", "../dotfiles.json", world.path(".docker/config.json")]
    #expect(try Command(link).run().status == 0)
    #expect(try world.run("helper", "install", "docker").status == 0)
    #expect(
      try Command(["readlink", world.path(".docker/config.json")]).run().output
        == "../dotfiles.json\n")
    #expect(try world.run("helper", "uninstall", "docker").status == 0)
    #expect(try readFile(world.path("dotfiles.json")) == Array("{}\n".utf8))
  }

  @Test(
    arguments: [
      ("{\"auths\": []}", "line 1: auths is not an object"), ("{\n\"a\":1,\n}", "line 3"),
      ("{\"credsStore\": 1}", "credsStore is not a text"),
    ])
  func `a malformed file is 65, and stays as it is`(_ text: String, _ reason: String) throws {
    let world = try TestWorld()
    try makeFolder(world.path(".docker"))
    try writeFile(world.path(".docker/config.json"), text)
    let refused = try world.run("helper", "install", "docker")
    #expect(refused.status == 65)
    #expect(refused.errors.contains(reason), "\(refused.errors)")
    #expect(try readFile(world.path(".docker/config.json")) == Array(text.utf8))
    #expect(names(world).map { $0.hasSuffix("helpers.json") } == [false])
  }

  @Test func `a drop-in of another make is 78, and stays as it is`() throws {
    let world = try TestWorld()
    #expect(try world.run("helper", "install", "podman").status == 0)
    try writeFile(world.path(Self.dropIn), "credential-helpers = [\"other\"]\n")
    let refused = try world.run("helper", "install", "podman")
    #expect(refused.status == 78)
    #expect(refused.errors.contains("not of our make"), "\(refused.errors)")
    #expect(try world.run("helper", "status", "podman").output.contains("asks a file of another"))
    #expect(try world.run("helper", "uninstall", "podman").errors.contains("changed since"))
  }

  @Test func `what would still win, or is no longer asked, is named without its secret`() throws {
    let world = try TestWorld()
    try makeFolder(world.path(".docker"))
    try writeFile(
      world.path(".docker/config.json"),
      """
      {"auths": {"a.example.com": {"auth": "YWxpY2U6czNjcmV0"}, "b.example.com": {}},
       "credHelpers": {"gcr.io": "gcloud"}}
      """)
    let installed = try world.run("helper", "install", "docker", "apptainer")
    let said = installed.errors
    #expect(said.contains("holds one login in the clear (docker://a.example.com)"), "\(said)")
    #expect(said.contains("a helper of its own for gcr.io under credHelpers"), "\(said)")
    #expect(
      said.contains("Apptainer does not read \(world.path(".docker/config.json"))"), "\(said)")
    #expect(!said.contains("YWxpY2U6czNjcmV0"))
    #expect(!said.contains("b.example.com"))
    try writeFile(
      world.path(".config/containers/registries.conf.d/90-own.conf"),
      "credential-helpers = [\"containers-auth.json\"]\n")
    let later = try world.run("helper", "status", "podman")
    #expect(later.errors.contains("90-own.conf is read later"), "\(later.errors)")
  }

  @Test func `podman's drop-in is where old and new versions read it`() throws {
    let world = try TestWorld()
    world.variables["XDG_CONFIG_HOME"] = world.path("xdg")
    #expect(try world.run("helper", "install", "podman").status == 0)
    let files = [
      world.path(Self.dropIn), world.path("xdg/containers/registries.conf.d/50-vault.conf"),
    ]
    for file in files { #expect(try !readFile(file).isEmpty) }
    #expect(try world.run("helper", "status", "podman").status == 0)
    try removeFile(files[0])
    #expect(try world.run("helper", "status", "podman").status == 1)
    #expect(try world.run("helper", "uninstall", "podman").status == 0)
    #expect(names(world).allSatisfy { !$0.hasSuffix("50-vault.conf") })
  }

  @Test func `helpers that are no longer asked are named by install, status and doctor`() throws {
    let world = try TestWorld()
    try makeFolder(world.path(".docker"))
    try writeFile(
      world.path(".docker/config.json"),
      #"{"credsStore":"pass","credHelpers":{"gcr.io":"gcloud","r.example":"vault"}}"#)
    try makeFolder(world.path(".config"))
    try makeFolder(world.path(".config/containers"))
    try writeFile(
      world.path(".config/containers/auth.json"), #"{"credHelpers":{"quay.io":"secretservice"}}"#)
    let installed = try world.run("helper", "install", "docker", "podman").errors
    let shown = try world.run("helper", "status").errors
    let doctor = try world.run("doctor").output
    for said in [installed, shown, doctor] {
      #expect(said.contains("the helper secretservice that"), "\(said)")
      #expect(said.contains("for quay.io is no longer asked"), "\(said)")
      #expect(said.contains("the helper pass that"), "\(said)")
      #expect(said.contains("a helper of its own for gcr.io under credHelpers"), "\(said)")
      #expect(!said.contains("r.example"), "\(said)")
    }
  }

  @Test func `what docker's file named is named to Apptainer, which no longer reads it`() throws {
    let world = try TestWorld()
    try makeFolder(world.path(".docker"))
    try writeFile(
      world.path(".docker/config.json"), #"{"credsStore":"pass","credHelpers":{"gcr.io":"gcloud"}}"#
    )
    let said = try world.run("helper", "install", "apptainer").errors
    #expect(said.contains("the helper pass that"), "\(said)")
    #expect(said.contains("for gcr.io is no longer asked"), "\(said)")
  }

  @Test func `nothing is said of logins that a client without the helper still reads`() throws {
    let world = try TestWorld()
    try makeFolder(world.path(".docker"))
    try writeFile(
      world.path(".docker/config.json"), #"{"auths":{"r.example":{"auth":"YWxpY2U6czNjcmV0"}}}"#)
    let shown = try world.run("helper", "status", "docker")
    #expect(shown.status == 1)
    #expect(!shown.errors.contains("r.example"), "\(shown.errors)")
  }

  @Test func `a bad file of one client does not hide or keep the others`() throws {
    let world = try TestWorld()
    #expect(try world.run("helper", "install", "docker", "podman").status == 0)
    try writeFile(world.path(".docker/config.json"), "{")
    let shown = try world.run("helper", "status", "docker", "podman")
    #expect(shown.status == 65)
    #expect(shown.output.contains("unreadable") && shown.output.contains("podman"))
    #expect(shown.errors.contains("config.json"), "\(shown.errors)")
    let gone = try world.run("helper", "uninstall", "docker", "podman")
    #expect(gone.status == 65)
    #expect(try world.run("helper", "status", "podman").status == 1)
  }

  @Test func `uninstall by another spelling of the folder restores the earlier helper`() throws {
    let world = try TestWorld()
    try makeFolder(world.path("d"))
    let text = #"{"credsStore": "pass"}"#
    try writeFile(world.path("d/config.json"), text)
    #expect(try Command(["ln", "-s", "d", world.path("link")]).run().status == 0)
    world.variables["DOCKER_CONFIG"] = world.path("d")
    #expect(try world.run("helper", "install", "docker").status == 0)
    world.variables["DOCKER_CONFIG"] = world.path("link/../link/.")
    #expect(try world.run("helper", "uninstall", "docker").status == 0)
    #expect(try readFile(world.path("d/config.json")) == Array(text.utf8))
  }

  @Test func `installing podman again after its file is gone does not forget Apptainer`() throws {
    let world = try TestWorld()
    #expect(try world.run("helper", "install", "podman", "apptainer").status == 0)
    try removeFile(world.path(Self.dropIn))
    #expect(try world.run("helper", "install", "podman").status == 0)
    #expect(try world.run("helper", "uninstall", "podman").errors.contains("stays for apptainer"))
    #expect(try world.run("helper", "status", "apptainer").status == 0)
  }

  @Test func `a byte order mark is named, because docker refuses the file`() throws {
    let world = try TestWorld()
    try makeFolder(world.path(".docker"))
    try writeFile(world.path(".docker/config.json"), "\u{feff}{}")
    let said = try world.run("helper", "install", "docker").errors
    #expect(said.contains("begins with a byte order mark"), "\(said)")
  }

  @Test func `a variable that wins over the vault is named to the clients that read it`() throws {
    let world = try TestWorld()
    world.variables["DOCKER_AUTH_CONFIG"] = #"{"auths":{"a.example.com":{"auth":"YTpzM2NyZXQ="}}}"#
    world.variables["APPTAINER_DOCKER_PASSWORD"] = "s3cret"
    let docker = try world.run("helper", "install", "docker").errors
    #expect(docker.contains("DOCKER_AUTH_CONFIG is set"), "\(docker)")
    #expect(!docker.contains("APPTAINER_DOCKER_PASSWORD"))
    let apptainer = try world.run("helper", "install", "apptainer").errors
    #expect(apptainer.contains("APPTAINER_DOCKER_PASSWORD is set"), "\(apptainer)")
    #expect(!(docker + apptainer).contains("s3cret"))
    #expect(!(docker + apptainer).contains("YTpz"))
    #expect(!(try world.run("helper", "status", "podman").errors.contains("is set")))
  }

  @Test func `without docker-credential-vault on the PATH, install says so`() throws {
    let world = try TestWorld()
    world.variables["PATH"] = "/usr/bin"
    let installed = try world.run("helper", "install", "docker")
    #expect(installed.errors.contains("docker-credential-vault is not on the PATH"))
    try writeFile(world.path("docker-credential-vault"), "#!/bin/sh\n", mode: 0o700)
    world.variables["PATH"] = world.path(".")
    #expect(
      try world.run("helper", "install", "docker").errors.contains("is not on the PATH") == false)
  }

  @Test func `without a name install takes the clients that are here, and says if there are none`()
    throws
  {
    let world = try TestWorld()
    world.variables["PATH"] = world.path("bin")
    #expect(try world.run("helper", "install").status == 64)
    try makeFolder(world.path("bin"))
    try writeFile(world.path("bin/skopeo"), "#!/bin/sh\n", mode: 0o700)
    #expect(try world.run("helper", "install").status == 0)
    let shown = try world.run("helper", "status", "--format", "json")
    #expect(
      shown.output == """
        [
          {
            "client" : "podman",
            "file" : "\(world.path(Self.dropIn))",
            "state" : "installed"
          }
        ]

        """)
    #expect(try world.run("helper", "install", "nonsense").status == 64)
  }

  @Test func `a login says that Apptainer does not ask the vault only where it is, until it does`()
    throws
  {
    let world = try TestWorld()
    try world.makeVault()
    #expect(try world.logIn("r.example.com").errors.contains("helper install") == false)
    try makeFolder(world.path(".apptainer"))
    try writeFile(world.path(".apptainer/remote.yaml"), "")
    #expect(try world.logIn("r.example.com").errors.contains("helper install"))
    #expect(try world.run("helper", "install", "apptainer").status == 0)
    #expect(try world.logIn("r.example.com").errors.contains("helper install") == false)
  }

  @Test func `without a home the helper's state is told, and nothing is changed unrecorded`() throws
  {
    let world = try TestWorld()
    try writeFile(world.path("config.json"), "{}")
    world.variables = ["HOME": "", "DOCKER_CONFIG": world.path("")]
    #expect(try world.run("helper", "status", "docker").status == 1)
    let refused = try world.run("helper", "install", "docker")
    #expect(refused.status == 78 && refused.errors.contains("XDG_STATE_HOME"), "\(refused.errors)")
    #expect(try text(at: world.path("config.json")) == "{}")
    world.variables["XDG_STATE_HOME"] = world.path("state")
    let installed = try world.run("helper", "install", "docker")
    #expect(installed.status == 0, "\(installed.errors)")
    #expect(try world.run("helper", "status", "docker").status == 0)
    #expect(try world.run("helper", "uninstall", "docker").status == 0)
    #expect(try text(at: world.path("config.json")) == "{}")
  }
}
