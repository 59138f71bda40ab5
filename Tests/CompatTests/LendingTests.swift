@testable import Compat
import Testing
import SealedFormat
import Vault
import VaultTestSupport

/// Which logins a command is taken to need, and what is written into the files of other programs.
struct LendingTests {
  private func names(_ words: String...) -> [String] {
    LoanRequest.found(in: words).map { request in
      switch request.target {
      case .registry(let scope): scope.text
      case .listed(let name): "listed \(name)"
      case .activeEndpoint: "endpoint"
      }
    }
  }

  @Test func `images are found among a command's words, as the programs understand them`() {
    #expect(names("pull", "docker://ghcr.io/org/app:1.2") == ["ghcr.io/org/app"])
    #expect(
      names("docker://localhost/a", "oras://r.example.com:5000/x@sha256:00") == [
        "localhost/a", "r.example.com:5000/x",
      ])
    #expect(names("docker://alpine") == ["docker.io/library/alpine"])
    #expect(names("docker://alpine:3.19") == ["docker.io/library/alpine"])
    #expect(names("docker://org/app") == ["docker.io/org/app"])
    #expect(names("docker://docker.io/org/app") == ["docker.io/org/app"])
    #expect(names("docker://host:5000/app") == ["host:5000/app"])
    #expect(names("docker://[::1]:5000/app") == ["[::1]:5000/app"])
    #expect(names("--from=docker://a.example.com/b") == ["a.example.com/b"])
    #expect(names("DOCKER://A.example.com/b", "docker://a.example.com/b") == ["a.example.com/b"])
    #expect(names("library://team/app", "library://x") == ["endpoint"])
    #expect(
      names("docker://", "https://a.example.com", "docker:a", "a", "docker://a b", "oras://u@h/x")
        == [])
  }

  private func written(
    _ form: CredentialFileForm, _ text: String, _ key: CredentialRecord.Key, user: String = "",
    secret word: String = "t0ken", endpoints: [RemoteConfiguration.Remote] = []
  ) throws -> String {
    var file = try CredentialFile(
      form, path: "file", holding: try SecretBytes(readable: text), endpoints: endpoints)
    let credential = Credential(
      record: CredentialRecord(
        key: key, spellings: [], isSecure: true, username: user, created: 0),
      secret: try SecretBytes(readable: word))
    let reason = try file.add(credential)
    let written = file.takeText()
    let new = written.readable
    if let reason {
      #expect(new == text)
      return "left out: \(reason)"
    }
    return new
  }

  @Test(
    arguments: [
      (
        "Active: x\nRemotes:\n  x:\n    URI: c.example.com # mine\n    System: false\n",
        "Active: x\nRemotes:\n  x:\n    URI: c.example.com # mine\n    Token: t0ken\n    System: false\n"
      ),
      (
        "Remotes:\r\n    y:\r\n        Token: \"old\"   # the old\r\n        URI: y\r\n    x: {URI: x}\r\nOther: 1\r\n",
        "Remotes:\r\n    y:\r\n        Token: \"old\"   # the old\r\n        URI: y\r\n    x: {URI: x, Token: t0ken}\r\nOther: 1\r\n"
      ),
      (
        "Remotes:\r\n    x:\r\n        Token: \"old\"   # the old\r\n        URI: y\r\nOther: 1\r\n",
        "Remotes:\r\n    x:\r\n        Token: t0ken   # the old\r\n        URI: y\r\nOther: 1\r\n"
      ),
      (
        "Remotes:\n  x:\n    URI: x\n    Token:\n  y:\n    URI: y\n    Token: other",
        "Remotes:\n  x:\n    URI: x\n    Token: t0ken\n  y:\n    URI: y\n    Token: other"
      ),
      (
        "Remotes:\n  x:\n    URI: x", "Remotes:\n  x:\n    URI: x\n    Token: t0ken"
      ),
      ("Remotes:\n  x: &a\n    URI: x\n", "Remotes:\n  x: &a\n    URI: x\n    Token: t0ken\n"),
      (
        "Remotes:\n  x:\n    URI:\n      x\n",
        "Remotes:\n  x:\n    URI:\n      x\n    Token: t0ken\n"
      ),
      ("Remotes: {x: {URI: x}}\n", "Remotes: {x: {URI: x, Token: t0ken}}\n"),
      ("Remotes:\n  y: &a {URI: x}\n  x: *a\n", nil),
      ("Remotes:\n  x:\n", nil),
      (
        "Remotes:\n  a: &a\n    URI: x\n  x:\n    <<: *a\n",
        "Remotes:\n  a: &a\n    URI: x\n  x:\n    Token: t0ken\n    <<: *a\n"
      ),
    ] as [(String, String?)])
  func `an endpoint gets its token where it stands, or the file is refused as it is`(
    before: String, after: String?
  ) throws {
    guard let after else {
      let error = try refusal { _ = try written(.remoteYAML, before, .endpoint("x")) }
      #expect(error.code == .damaged, "\(error.message)")
      #expect(error.message.contains("file line "), "\(error.message)")
      return
    }
    #expect(try written(.remoteYAML, before, .endpoint("x")) == after)
  }

  @Test func `an endpoint that the file does not have is added if its URI is known`()
    throws
  {
    #expect(
      try written(.remoteYAML, "", .endpoint("x")).hasPrefix(
        "left out: the endpoint's URI is unknown"))
    let known = try configuration(
      "Remotes:\n  \"12: x\":\n    URI: c.example.com\n    System: true\n    Exclusive: false\n    Insecure: true\n"
    ).remotes
    let entry =
      "URI: c.example.com\n        Token: t0ken\n        System: true\n        Exclusive: false\n        Insecure: true\n"
    for (before, after) in [
      ("", "Active: \"\"\nRemotes:\n    \"12: x\":\n        \(entry)"),
      ("Active: a\nRemotes: {}\n", "Active: a\nRemotes:\n    \"12: x\":\n        \(entry)"),
      ("Active: a\n", "Active: a\nRemotes:\n    \"12: x\":\n        \(entry)"),
      (
        "Remotes:\n    y:\n        URI: y\nCredentials: []\n",
        "Remotes:\n    \"12: x\":\n        \(entry)    y:\n        URI: y\nCredentials: []\n"
      ),
    ] {
      #expect(
        try written(.remoteYAML, before, .endpoint("12: x"), endpoints: known) == after, "\(before)"
      )
    }
  }

  @Test(arguments: VectorFile.all)
  func `every file that Apptainer writes takes all three kinds, and keeps all else`(
    _ vector: VectorFile
  ) throws {
    let before = try vector.text()
    let old = try configuration(before)
    var file = try CredentialFile(
      .remoteYAML, path: "file", holding: try SecretBytes(readable: before))
    // Apptainer does not survive a remote that is null, and we do not fill one in.
    for remote in old.remotes where remote.name != "nil" {
      let token = Credential(
        record: CredentialRecord(
          key: .endpoint(remote.name), spellings: [], isSecure: true, username: "", created: 0),
        secret: try SecretBytes(readable: "tok.\(remote.line)"))
      #expect(try file.add(token) == nil)
    }
    let keyserver = Credential(
      record: CredentialRecord(
        key: .keyserver("https://keys.example.com"), spellings: [], isSecure: true,
        username: "alice", created: 0), secret: try SecretBytes(readable: "pw"))
    #expect(try file.add(keyserver) == nil)
    #expect(try file.add(try credential(["oras://new.example.com"])) == nil)
    let taken = file.takeText()
    let after = taken.readable
    let new = try configuration(after)
    #expect(new.remotes.map(\.name) == old.remotes.map(\.name))
    #expect(new.remotes.map(\.uri) == old.remotes.map(\.uri))
    for remote in new.remotes where remote.name != "nil" {
      let place = old.remotes.first { $0.name == remote.name }
      let token = try present(try new.token(of: remote))
      #expect(token.readable == "tok.\(place?.line ?? 0)")
    }
    #expect(
      new.credentials.contains { $0.uri == "https://keys.example.com" && $0.hasAuthorization })
    #expect(new.credentials.contains { $0.uri == "oras://new.example.com" && $0.hasAuthorization })
    #expect(new.credentials.count <= old.credentials.count + 2)
    let lines = before.split(separator: "\n").filter {
      !$0.contains("Token:") && !$0.contains("Auth:") && !$0.contains("Remotes: {}")
        && !$0.contains("keys.example.com")
    }
    for line in lines { #expect(after.contains(line)) }
  }

  @Test func `what a form cannot hold is said, and the file stays as it is`() throws {
    let registry = CredentialRecord.Key.registry(try scope("r.example.com"))
    let empty = "{\"auths\":{}}"
    #expect(try written(.authJSON, empty, registry).contains("do not support registry tokens"))
    #expect(try written(.dockerConfig, empty, registry).contains("registrytoken"))
    #expect(try written(.dockerConfig, empty, registry, user: "a:b").contains("left out"))
    #expect(
      try written(.dockerConfig, empty, registry, user: "u", secret: "")
        == "left out: its secret is empty")
    #expect(try written(.dockerConfig, empty, .keyserver("https://k")).contains("only remote.yaml"))
    #expect(try written(.authJSON, empty, .helperKey("opaque"), user: "u").contains("left out"))
    #expect(
      try written(.dockerConfig, empty, .helperKey("opaque"), user: "u").contains("\"opaque\""))
    #expect(try written(.remoteYAML, "", .helperKey("opaque"), user: "u").contains("left out"))
    #expect(
      try written(.remoteYAML, "", .keyserver("https://k"), secret: "a b").contains("left out"))
  }

  @Test
  func `a login for a part of Docker Hub is lent under each name that the programs have for it`()
    throws
  {
    let folder = try TemporaryFolder()
    let environment = Environment(
      ["HOME": folder.path, "XDG_RUNTIME_DIR": folder.path], workingFolder: "/")
    var loan = try Loan(environment)
    let image = try scope("docker.io/org/app")
    #expect(try loan.add(try credential(["docker://docker.io/org"]), for: image) == nil)
    let lent = try LentFolder(in: LendingPlace.all(in: environment)) { _ in }
    let variables = try loan.write(into: lent)
    func keys(_ path: String?) throws -> [String] {
      let configuration = try present(try DockerConfiguration.read(path ?? ""))
      return configuration.entries.map(\.key)
    }
    #expect(
      try keys(variables["APPTAINER_AUTH_FILE"]) == [
        "docker.io/org/app", "index.docker.io/org/app",
      ])
    #expect(try keys(variables["REGISTRY_AUTH_FILE"]) == ["docker.io/org"])
    #expect(
      try keys(variables["DOCKER_CONFIG"].map { $0 + "/config.json" })
        == ["https://index.docker.io/v1/"])
    #expect(variables["APPTAINER_CONFIGDIR"] == nil)
  }

  @Test func `an odd file of docker's form is filled in at its place alone`() throws {
    let registry = CredentialRecord.Key.registry(try scope("r.example.com"))
    for (before, after) in [
      ("{}", "{\"auths\": {\"r.example.com\": {\"auth\": \"dTp0MGtlbg==\"}}}"),
      (
        "{\"a\":1,\"auths\":null}",
        "{\"a\":1,\"auths\":{\"r.example.com\":{\"auth\":\"dTp0MGtlbg==\"}}}"
      ),
      (
        "\u{feff}{\n  \"auths\": {\n    \"z\": {}\n  },\n  \"ü\": [ ]\n}\n\n",
        "\u{feff}{\n  \"auths\": {\n    \"z\": {},\n    \"r.example.com\": {\n      \"auth\": \"dTp0MGtlbg==\"\n    }\n  },\n  \"ü\": [ ]\n}\n\n"
      ),
      (
        "{\"auths\":{\"r.example.com\":{\"identitytoken\":\"old\",\"x\":1}}}",
        "{\"auths\":{\"r.example.com\":{\"x\":1,\"auth\":\"dTp0MGtlbg==\"}}}"
      ),
    ] {
      let new = try written(.dockerConfig, before, registry, user: "u")
      #expect(
        new.filter { $0 != " " && $0 != "\n" && $0 != "\t" }
          == after.filter { $0 != " " && $0 != "\n" && $0 != "\t" }, "\(new)")
    }
  }
}

/// A remote.yaml as a program wrote it.
struct VectorFile: CustomTestStringConvertible {
  let name: String

  static let all = [
    "F0-empty-config-written", "F1-system-apptainer-shipped",
    "F2-system-singularityce-shipped", "F2b-system-singularity-3.2-to-3.6",
    "F3-user-after-registry-login.v2", "F3-user-after-registry-login.v3", "F4-full.v3",
    "F6-key-order-and-quoting.v3",
  ].map(VectorFile.init)

  var testDescription: String { name }

  func text() throws -> String {
    let path = PackageFolder.path + "/Tests/Vectors/remote-yaml/\(name).yaml"
    return String(decoding: try readFile(path), as: UTF8.self)
  }
}
