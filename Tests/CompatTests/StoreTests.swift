@testable import Compat
import Foundation
import Testing
import SealedFormat
import Vault
import VaultTestSupport

struct StoreTests {
  static let full = """
    # my remotes
    Active: cloud
    Remotes:
        cloud:
            URI: cloud.example.com
            Token: eyJ0b2tlbg.payload.sig # until May
            System: false
            Exclusive: false
    Credentials:
        # Apptainer's own note
        - URI: docker://docker.io
          Insecure: false
        - URI: https://keys.example.com
          Auth: Basic a2V5OnNlcnZlcg==
          Insecure: false
        - URI: docker://quay.example/team
          Auth: "Basic dGVhbTpodW50ZXIy"   # the team's
          Note: kept
          Insecure: false

    """

  @Test func `a login comes back from the file`() throws {
    let folder = try TemporaryFolder()
    let store = RemoteYAMLStore(path: "\(folder.path)/home/.apptainer/remote.yaml")
    #expect(try store.list().isEmpty)
    try store.put(try credential(["docker://registry.example.com"], user: "bob", secret: "p:a s"))
    #expect(
      try text(at: store.path) == """
        Active: ""
        Remotes: {}
        Credentials:
            - URI: docker://registry.example.com
              Auth: Basic Ym9iOnA6YSBz
              Insecure: false

        """)
    #expect(try mode(of: store.path) == 0o600)
    #expect(try mode(of: "\(folder.path)/home/.apptainer") == 0o700)
    let record = try #require(try store.list().first)
    #expect(record.username == "bob")
    #expect(record.isSecure)
    let found = try present(try store.find(try scope("oras://registry.example.com/a/b")))
    #expect(found.secret.readable == "p:a s")
  }

  @Test func `the longest prefix is found, never a sibling's`() throws {
    let folder = try TemporaryFolder()
    let store = RemoteYAMLStore(path: "\(folder.path)/remote.yaml")
    try store.put(try credential(["docker://r.example"], user: "host"))
    try store.put(try credential(["docker://r.example/team"], user: "team"))
    try store.put(try credential(["docker://r.example/team/app"], user: "app"))
    func user(_ uri: String) throws -> String? {
      guard let found = try store.find(try scope(uri)) else { return nil }
      return found.record.username
    }
    #expect(try user("docker://r.example/team/app/x") == "app")
    #expect(try user("docker://r.example/team/application") == "team")
    #expect(try user("docker://r.example/teams") == "host")
    #expect(try user("docker://other.example") == nil)
  }

  @Test func `a login is filled in where the file has its entry`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.full)
    let store = RemoteYAMLStore(path: path)
    try store.put(try credential(["docker://docker.io"]))
    try store.put(
      try credential(["docker://quay.example/team"], user: "t", secret: "new", isSecure: false))
    #expect(
      try text(at: path)
        == Self.full
        .replacing(
          "docker://docker.io\n",
          with: "docker://docker.io\n      Auth: Basic YWxpY2U6czNjcmV0\n"
        )
        .replacing("\"Basic dGVhbTpodW50ZXIy\"", with: "Basic dDpuZXc=")
        .replacing("Note: kept\n      Insecure: false", with: "Note: kept\n      Insecure: true"))
  }

  @Test func `one entry a spelling, all with the same secret`() throws {
    let folder = try TemporaryFolder()
    let store = RemoteYAMLStore(path: "\(folder.path)/remote.yaml")
    try store.put(try credential(["docker://index.docker.io", "oras://docker.io"], secret: "one"))
    try store.put(try credential(["https://index.docker.io/v1/"], secret: "two"))
    #expect(
      try text(at: store.path) == """
        Active: ""
        Remotes: {}
        Credentials:
            - URI: docker://index.docker.io
              Auth: Basic YWxpY2U6dHdv
              Insecure: false
            - URI: oras://docker.io
              Auth: Basic YWxpY2U6dHdv
              Insecure: false
            - URI: docker://docker.io
              Auth: Basic YWxpY2U6dHdv
              Insecure: false

        """)
    #expect(
      try store.list().map(\.spellings) == [
        ["docker://index.docker.io", "oras://docker.io", "docker://docker.io"]
      ])
    #expect(try store.remove(try scope("registry-1.docker.io")))
    #expect(try text(at: store.path) == "Active: \"\"\nRemotes: {}\nCredentials:\n")
  }

  @Test func `a keyserver's Auth and an endpoint's token outlive logins and logouts`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.full)
    let store = RemoteYAMLStore(path: path)
    try store.put(try credential(["docker://keys.example.com"]))
    try store.put(try credential(["docker://docker.io"]))
    #expect(try store.remove(try scope("docker://keys.example.com")))
    #expect(try store.remove(try scope("docker://docker.io")))
    #expect(try store.remove(try scope("docker://quay.example/team")))
    #expect(try store.remove(try scope("docker://quay.example/team")) == false)
    #expect(
      try text(at: path) == """
        # my remotes
        Active: cloud
        Remotes:
            cloud:
                URI: cloud.example.com
                Token: eyJ0b2tlbg.payload.sig # until May
                System: false
                Exclusive: false
        Credentials:
            # Apptainer's own note
            - URI: https://keys.example.com
              Auth: Basic a2V5OnNlcnZlcg==
              Insecure: false

        """)
  }

  @Test func `a bearer token is a login without a user name`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("Credentials:\n- URI: oras://r.example\n  Auth: bearer a.b-c\n")
    let store = RemoteYAMLStore(path: path)
    #expect(try store.list().map(\.username) == [""])
    let found = try present(try store.find(try scope("r.example")))
    #expect(found.secret.readable == "a.b-c")
    try store.put(try credential(["oras://r.example"], user: "", secret: "d.e"))
    #expect(try text(at: path) == "Credentials:\n- URI: oras://r.example\n  Auth: Bearer d.e\n")
    let error = try refusal {
      try store.put(try credential(["oras://r.example"], user: "", secret: "a b\nc"))
    }
    #expect(error.code == .invalidInput)
  }

  @Test func `a user name with a colon is refused`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.full)
    let error = try refusal {
      try RemoteYAMLStore(path: path).put(try credential(["docker://r.example"], user: "a:b"))
    }
    #expect(error.code == .invalidInput)
    #expect(error.message.contains("\"a:b\""))
    #expect(try text(at: path) == Self.full)
  }

  @Test func `a link to the file survives, and so does the link's target`() throws {
    let folder = try TemporaryFolder()
    let target = try folder.write(Self.full, as: "dotfiles.yaml")
    let link = "\(folder.path)/remote.yaml"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
    try RemoteYAMLStore(path: link).put(try credential(["docker://r.example"]))
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == target)
    #expect(try text(at: target).contains("docker://r.example\n"))
    #expect(try RemoteYAMLStore(path: link).list().count == 2)
  }

  @Test func `a readable file becomes private when a login is written`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.full)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    try RemoteYAMLStore(path: path).put(try credential(["docker://r.example"]))
    #expect(try mode(of: path) == 0o600)
  }

  @Test func `a file that others can write to is refused and left alone`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.full)
    try FileManager.default.setAttributes([.posixPermissions: 0o620], ofItemAtPath: path)
    let store = RemoteYAMLStore(path: path)
    #expect(try refusal { _ = try store.list() }.code == .configuration)
    #expect(
      try refusal { try store.put(try credential(["docker://r.example"])) }.code == .configuration)
    #expect(try refusal { _ = try store.remove(try scope("docker.io")) }.code == .configuration)
    #expect(try text(at: path) == Self.full)
    #expect(try mode(of: path) == 0o620)
  }

  @Test func `an unreadable file is refused and left alone`() throws {
    let folder = try TemporaryFolder()
    // A folder in its place cannot be read by anybody, root included.
    let path = "\(folder.path)/remote.yaml"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    let store = RemoteYAMLStore(path: path)
    #expect(try refusal { _ = try store.list() }.code == .configuration)
    #expect(
      try refusal { try store.put(try credential(["docker://r.example"])) }.code == .configuration)
    #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
  }

  @Test func `a file longer than the limit is refused`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "# " + String(repeating: "x", count: RemoteConfiguration.longestFile))
    #expect(try refusal { _ = try RemoteYAMLStore(path: path).list() }.code == .damaged)
  }

  @Test func `only a registry's login is written`() throws {
    let folder = try TemporaryFolder()
    let store = RemoteYAMLStore(path: "\(folder.path)/remote.yaml")
    let error = try refusal {
      try store.put(
        Credential(
          record: CredentialRecord(
            key: .keyserver("https://keys.example.com"), spellings: [], isSecure: true,
            username: "u", created: 0), secret: try SecretBytes(readable: "s")))
    }
    #expect(error.code == .invalidInput)
    #expect(!FileManager.default.fileExists(atPath: store.path))
  }

  @Test func `removing from a file that is not there makes no folder`() throws {
    let folder = try TemporaryFolder()
    let store = RemoteYAMLStore(path: "\(folder.path)/.apptainer/remote.yaml")
    #expect(try store.remove(try scope("docker.io")) == false)
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/.apptainer"))
  }

  @Test func `twenty writers at once leave twenty entries`() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.full)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<20 {
        group.addTask {
          try RemoteYAMLStore(path: path).put(
            try credential(["docker://r\(number).example"], secret: "secret-\(number)"))
        }
      }
      try await group.waitForAll()
    }
    let store = RemoteYAMLStore(path: path)
    for number in 0..<20 {
      let found = try present(try store.find(try scope("r\(number).example")))
      #expect(found.secret.readable == "secret-\(number)")
    }
    #expect(try store.list().count == 21)
    #expect(try text(at: path).hasPrefix(Self.full))
  }

  @Test func `the user's remote.yaml is where Apptainer looks for it`() throws {
    func path(_ variables: [String: String]) throws -> String {
      try ClientPlaces(Environment(variables, workingFolder: "/w")).remoteYAML
    }
    #expect(try path(["HOME": "/home/me"]) == "/home/me/.apptainer/remote.yaml")
    #expect(
      try path(["HOME": "/home/me", "APPTAINER_CONFIGDIR": "/c"]) == "/c/remote.yaml")
    #expect(try path(["APPTAINER_CONFIGDIR": "c"]) == "/w/c/remote.yaml")
    #expect(try refusal { _ = try path([:]) }.code == .configuration)
  }
}
