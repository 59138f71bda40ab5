import Foundation
import SealedFormat
import Testing
import Vault
import VaultTestSupport

@testable import Compat

/// What is found in plaintext, and where.
struct ExposuresTests {
  private static let login = "{\"auth\":\"YWxpY2U6cHc=\"}"

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func environment(_ more: [String: String] = [:]) -> Environment {
    Environment(more.merging(["HOME": folder.path]) { one, _ in one }, workingFolder: folder.path)
  }

  private func write(_ text: String, as name: String) throws -> String {
    let parent = name.split(separator: "/").dropLast().joined(separator: "/")
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/\(parent)", withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    return try folder.write(text, as: name)
  }

  private func named(_ names: String...) -> Exposures {
    Exposures(
      of: names.map { PlaintextPlace.named("\(folder.path)/\($0)", in: environment()) })
  }

  @Test(
    arguments: [
      (".docker/config.json", [:]), (".dockercfg", [:]),
      (".config/helm/registry/config.json", [:]),
      ("xdg/helm/registry/config.json", ["XDG_CONFIG_HOME": "xdg"]),
      ("helm/registry/config.json", ["HELM_CONFIG_HOME": "helm"]),
      ("h.json", ["HELM_REGISTRY_CONFIG": "h.json"]),
      (".apptainer/docker-config.json", [:]), (".singularity/docker-config.json", [:]),
      ("a.json", ["APPTAINER_AUTH_FILE": "a.json"]), ("s.json", ["SINGULARITY_AUTHFILE": "s.json"]),
      ("p.json", ["REGISTRY_AUTH_FILE": "p.json"]),
      (".config/containers/auth.json", [:]),
      ("run/containers/auth.json", ["XDG_RUNTIME_DIR": "run"]),
    ] as [(String, [String: String])])
  func `a login is found in every file that a program reads`(
    _ name: String, _ variables: [String: String]
  ) throws {
    let path = try write("{\"auths\":{\"r.example\":\(Self.login)}}", as: name)
    let found = Exposures(in: environment(variables))
    #expect(found.files.map(\.place.path) == [path])
    #expect(found.files.map(\.names) == [["docker://r.example"]])
    #expect(found.refusals.isEmpty)
  }

  @Test(
    arguments: [
      "{\"foo\":1}", "{\"kind\":\"Secret\",\"data\":{\".dockerconfigjson\":\"eyJh\"}}",
      "{\"users\":[{\"password\":\"x\"}]}",
    ])
  func `a named file in no known form is refused, not said to hold nothing`(
    _ text: String
  ) throws {
    _ = try write(text, as: "x.json")
    let found = named("x.json")
    #expect(found.refusals.map(\.error.code) == [.damaged])
    #expect(found.refusals.first?.error.message.contains("not in a known form") == true)
  }

  @Test(arguments: ["password: x\n", "active: x\n", "kind: Secret\ndata: {a: eyJh}\n"])
  func `a named YAML file in no known form is refused, not said to hold nothing`(
    _ text: String
  ) throws {
    _ = try write(text, as: "x.yaml")
    let found = Exposures(of: [.named(folder.path("x.yaml"), in: environment([:]))])
    #expect(found.refusals.map(\.error.code) == [.damaged])
    #expect(found.refusals.first?.error.message.contains("not in a known form") == true)
  }

  @Test(arguments: ["{}\n", "Active: x\n", "Credentials: null\nx: 1\n", "Remotes: {}\n"])
  func `a named remote.yaml without a login holds nothing`(_ text: String) throws {
    _ = try write(text, as: "x.yaml")
    let found = Exposures(of: [.named(folder.path("x.yaml"), in: environment([:]))])
    #expect(found.refusals.isEmpty && found.files.isEmpty)
  }

  @Test(arguments: [
    "{}", "{\"credsStore\":\"pass\"}", "{\"HttpHeaders\":{\"auth\":\"x\"}}", "{\"auths\":{}}",
  ])
  func `a named file of docker's without a login holds nothing`(_ text: String) throws {
    _ = try write(text, as: "x.json")
    let found = named("x.json")
    #expect(found.refusals.isEmpty && found.files.isEmpty)
  }

  @Test(arguments: ["", "\n", " \r\n\t", "null", "null\n", "\u{feff}", "\u{feff}null\n"])
  func `a file that says nothing counts as empty`(_ text: String) throws {
    _ = try write(text, as: "x.json")
    _ = try write(text, as: ".docker/config.json")
    let found = named("x.json", ".docker/config.json")
    #expect(found.refusals.isEmpty && found.files.isEmpty)
  }

  @Test func `a pattern of Kubernetes is named and stays, and the rest is taken over`() throws {
    let path = try write(
      "{\"auths\":{\"*.example.com\":\(Self.login),\"r.example\":\(Self.login)}}", as: "x.json")
    let found = named("x.json")
    #expect(found.files.map(\.names) == [["*.example.com", "docker://r.example"]])
    #expect(found.notes.count == 1 && found.notes[0].contains("Kubernetes"), "\(found.notes)")
    let home = try MigrationHome()
    try FileManager.default.copyItem(atPath: path, toPath: home.folder.path + "/x.json")
    let (_, _, results) = try home.migrate(["x.json"])
    #expect(results.map(\.count) == [1])
    #expect(
      try text(at: home.folder.path + "/x.json")
        == "{\"auths\":{\"*.example.com\":\(Self.login),\"r.example\":{}}}")
  }

  @Test(
    arguments: [
      ("https://bob:s3cret@r.example/v1/", "https://r.example/v1/"),
      ("bob:s3cret@r.example", "r.example"), ("https://s3cret@r.example", "https://r.example"),
      ("https://r.example/x?token=s3cret", "https://r.example/x"),
    ])
  func `a password in the name of a server is never shown`(
    _ key: String, _ shown: String
  ) throws {
    _ = try write("{\"auths\":{\"\(key)\":\(Self.login)}}", as: "x.json")
    let found = named("x.json")
    #expect(found.files.map(\.names) == [[shown]])
    let said = found.refusals.map(\.error.message) + found.warnings + found.notes
    #expect(!said.joined().contains("s3cret"), "\(said)")
  }

  @Test(arguments: [
    "Credentials:\n- URI: docker://bob:s3cret@r.example\n  Insecure: false\n",
    "Credentials:\n- URI: https://s3cret@r.example\n  Auth: Bearer token\n  Insecure: false\n",
    "Remotes:\n  r.example:\n    URI: bob:s3cret@r.example\n    System: false\n",
  ])
  func `a password in an address of remote.yaml is plaintext, and is named without it`(
    _ content: String
  ) throws {
    _ = try write(content, as: "x.yaml")
    let found = named("x.yaml")
    #expect(found.files.map { $0.names.map { $0.contains("r.example") } } == [[true]])
    #expect(found.refusals.count == 1)
    let said = found.refusals.map(\.error.message) + found.warnings + found.files.flatMap(\.names)
    #expect(!said.joined().contains("s3cret"), "\(said)")
  }

  @Test func `one file under two names is found once, and its migration waits for nobody`() throws {
    let home = try MigrationHome()
    try FileManager.default.createDirectory(
      atPath: home.folder.path + "/.apptainer", withIntermediateDirectories: false,
      attributes: [.posixPermissions: 0o700])
    try FileManager.default.createSymbolicLink(
      atPath: home.folder.path + "/.singularity", withDestinationPath: ".apptainer")
    _ = try home.folder.write(
      "{\"auths\":{\"r.example\":\(Self.login)}}", as: ".apptainer/docker-config.json")
    let found = Exposures(in: home.environment)
    #expect(found.files.count == 1)
    let clock = ContinuousClock()
    let time = try clock.measure {
      let plan = try MigrationPlan(found) { _ in nil }
      let (_, results) = try Migration(
        plan, plan.choices(preferring: []), in: home.environment, now: 7
      )
      .perform(in: home.store)
      #expect(results.map(\.error?.message) == [nil])
    }
    #expect(time < .seconds(10))
  }

  @Test func `an XDG_RUNTIME_DIR of another user is left out, and that is said`() throws {
    let runtime = folder.path + "/run"
    _ = try write("{\"auths\":{\"r.example\":\(Self.login)}}", as: "run/containers/auth.json")
    guard unsafe chown(runtime, 54321, 54321) == 0 else {
      try Test.cancel("only root can make a folder of another user")
    }
    let found = Exposures(in: environment(["XDG_RUNTIME_DIR": runtime]))
    #expect(found.files.isEmpty && found.refusals.isEmpty)
    #expect(found.notes.contains { $0.contains(runtime) && $0.contains("another user") })
  }

  @Test func `without HOME the files that are named are read, and no place is looked for`() throws {
    let path = try write("{\"auths\":{\"r.example\":\(Self.login)}}", as: "x.json")
    let bare = Environment([:], workingFolder: folder.path)
    #expect(PlaintextPlace.all(in: bare).allSatisfy { $0.path.hasPrefix("/run/containers/") })
    #expect(Exposures(of: [PlaintextPlace.named(path, in: bare)]).files.count == 1)
  }

  @Test func `a name that is too long for the vault stays, and the rest is taken over`() throws {
    let long = String(repeating: "x", count: 70_000)
    let home = try MigrationHome()
    _ = try home.folder.write(
      "{\"auths\":{\"\(long)\":\(Self.login),\"r.example\":\(Self.login)}}", as: "x.json")
    let (plan, _, results) = try home.migrate(["x.json"])
    #expect(plan.exposures.refusals.count == 1)
    #expect(results.map(\.count) == [1])
  }

  @Test(arguments: [
    "{\"MARKS\":1,\"auths\":{\"r.example\":\(login)}}",
    "{\"auths\":{\"eMARKS\":{},\"r.example\":\(login)}}",
    "{\"auths\":{\"r.example\":{\"MARKS\":1,\"auth\":\"YWxpY2U6cHc=\"}}}",
  ])
  func `60,000 combining marks in a name are read at once`(_ text: String) throws {
    let marks = String(repeating: "\u{301}\u{316}", count: 30_000)
    _ = try write(text.split(separator: "MARKS").joined(separator: marks), as: "x.json")
    let time = ContinuousClock().measure {
      #expect(named("x.json").files.map(\.names) == [["docker://r.example"]])
    }
    #expect(time < .seconds(5), "\(time)")
  }

  @Test func `10,000 logins in one file are read within seconds`() throws {
    let entries = (0..<10_000).map {
      "\"r\($0).example.com\":{\"auth\":\"YWxpY2U6cHd4eHh4eHh4eHh4eHh4\"}"
    }
    _ = try write("{\"auths\":{\(entries.joined(separator: ",\n"))}}", as: "x.json")
    let time = ContinuousClock().measure {
      #expect(named("x.json").files.map(\.names.count) == [10_000])
    }
    #expect(time < .seconds(60), "\(time)")
  }

  @Test func `names that differ only in their Unicode form are two`() throws {
    _ = try write(
      "{\"auths\":{\"\u{e9}\":\(Self.login),\"e\u{301}\":{\"auth\":\"Ym9iOnB3\"}}}", as: "x.json")
    let found = named("x.json")
    #expect(found.refusals.isEmpty)
    #expect(found.files.map(\.names.count) == [2])
  }
}
