import Foundation
import Synchronization
import Testing
import SealedFormat
import Vault
import Network
import VaultTestSupport

/// Certificates that nobody names on the command line: certs.d, SSL_CERT_FILE and SSL_CERT_DIR.
@Suite(.enabled(if: ScriptedServerTLS.isAvailable, "there is no openssl"))
struct CertificateFolderTests {
  private let folder: TemporaryFolder
  private let server: ScriptedServer

  init() throws {
    folder = try TemporaryFolder()
    server = try ScriptedServer { request, _ in
      request.authorization == basic
        ? .whole(200) : .whole(401, [("WWW-Authenticate", "Basic realm=x")])
    }
  }

  private func tryLogin(
    _ tls: ScriptedServerTLS, _ change: (inout ConnectionOptions) -> Void = { _ in },
    warn: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(VaultError) -> LoginOutcome {
    var options = ConnectionOptions()
    options.timeout = 10
    options.certificateFolders = [folder.path("home"), folder.path("etc"), folder.path("docker")]
    change(&options)
    let secret = try SecretBytes(readable: password)
    let scope = try RegistryURI("127.0.0.1:\(tls.port)").scope
    return try RegistryClient(options: options, warn: warn)
      .tryCredential(scope: scope, username: "alice", secret: secret)
  }

  /// Copies a file of a server's into a folder of certificates.
  private func put(
    _ file: String, of tls: ScriptedServerTLS, into parent: String, as name: String,
    host: String? = nil
  ) throws {
    let place = folder.path("\(parent)/\(host ?? "127.0.0.1:\(tls.port)")")
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    try writeFile("\(place)/\(name)", try readFile(tls.folder.path + "/" + file))
  }

  @Test(arguments: ["home", "etc", "docker"])
  func `an issuer is found in each folder of certificates`(_ parent: String) throws {
    let tls = try ScriptedServerTLS(before: server.port)
    try put("ca.pem", of: tls, into: parent, as: "ca.crt")
    #expect(try tryLogin(tls).isSecure)
  }

  @Test func `only the first existing folder of certificates is read`() throws {
    let tls = try ScriptedServerTLS(before: server.port)
    try put("ca.pem", of: tls, into: "etc", as: "ca.crt")
    try FileManager.default.createDirectory(
      atPath: folder.path("home/127.0.0.1:\(tls.port)"), withIntermediateDirectories: true)
    let error = #expect(throws: VaultError.self) { try tryLogin(tls) }
    #expect(error?.message.contains("unknown issuer") == true)
    #expect(server.requests.isEmpty)
  }

  @Test func `the port is part of the name of a folder of certificates`() throws {
    let tls = try ScriptedServerTLS(before: server.port)
    try put("ca.pem", of: tls, into: "home", as: "ca.crt", host: "127.0.0.1")
    #expect(throws: VaultError.self) { try tryLogin(tls) }
  }

  @Test func `a client certificate is shown with its key`() throws {
    let tls = try ScriptedServerTLS(before: server.port, asksForClientCertificate: true)
    try put("ca.pem", of: tls, into: "home", as: "ca.crt")
    #expect(throws: VaultError.self) { try tryLogin(tls) }
    try put("client.pem", of: tls, into: "home", as: "client.cert")
    try put("client.key", of: tls, into: "home", as: "client.key")
    #expect(try tryLogin(tls).verdict == .accepted)
  }

  @Test(arguments: [
    ("client.pem", "client.cert", "is a client certificate without its key client.key"),
    ("client.key", "client.key", "key without its certificate client.cert"),
    ("server.key", "ca.crt", "there is no certificate in PEM in it"),
  ])
  func `an incomplete client certificate is a configuration error, and nothing is sent`(
    _ file: String, _ name: String, _ words: String
  ) throws {
    let tls = try ScriptedServerTLS(before: server.port)
    try put("ca.pem", of: tls, into: "home", as: "a.crt")
    try put(file, of: tls, into: "home", as: name)
    let error = #expect(throws: VaultError.self) { try tryLogin(tls) }
    #expect(error?.code == .configuration)
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains(folder.path("home")) == true)
    #expect(server.requests.isEmpty)
  }

  @Test(arguments: ["old.crt", "client.cert", "folder.crt"])
  func `a file that cannot be read is skipped with a warning`(_ name: String) throws {
    let tls = try ScriptedServerTLS(before: server.port)
    try put("ca.pem", of: tls, into: "home", as: "ca.crt")
    let place = folder.path("home/127.0.0.1:\(tls.port)/")
    switch name {
    case "folder.crt": try makeFolder(place + name)
    default:
      try FileManager.default.createSymbolicLink(
        atPath: place + name, withDestinationPath: "/nonexistent")
      try writeFile(place + "client.key", "")
    }
    if name == "old.crt" { try FileManager.default.removeItem(atPath: place + "client.key") }
    let warnings = Mutex<[String]>([])
    let outcome = try tryLogin(tls, warn: { warning in warnings.withLock { $0.append(warning) } })
    #expect(outcome.isSecure)
    let warned = warnings.withLock { $0 }
    #expect(warned.count == 1)
    #expect(warned.first?.contains(place + name) == true)
  }

  @Test func `all issuers in all files of a folder are trusted`() throws {
    let one = try ScriptedServerTLS(before: server.port)
    let other = try ScriptedServerTLS(before: server.port)
    for tls in [one, other] {
      try put("ca.pem", of: other, into: "home", as: "a.crt", host: "127.0.0.1:\(tls.port)")
      try put("ca.pem", of: one, into: "home", as: "b.crt", host: "127.0.0.1:\(tls.port)")
      #expect(try tryLogin(tls).isSecure)
    }
  }

  @Test func `SSL_CERT_FILE names the issuers`() throws {
    let tls = try ScriptedServerTLS(before: server.port)
    #expect(try tryLogin(tls) { $0.systemIssuersFile = tls.folder.path + "/ca.pem" }.isSecure)
    let error = #expect(throws: VaultError.self) {
      try tryLogin(tls) { $0.systemIssuersFile = "/nonexistent/all.pem" }
    }
    #expect(error?.code == .configuration)
    #expect(
      error?.message
        == "cannot read the issuers' certificates (SSL_CERT_FILE) in /nonexistent/all.pem: "
        + "No such file or directory")
  }

  @Test func `SSL_CERT_DIR names folders of them, whatever the files are called`() throws {
    let tls = try ScriptedServerTLS(before: server.port)
    let issuers = folder.path("issuers")
    try makeFolder(issuers)
    try writeFile(issuers + "/README", "no certificate")
    try writeFile(issuers + "/any name", try readFile(tls.folder.path + "/ca.pem"))
    #expect(
      try tryLogin(tls) { $0.systemIssuersFolders = ["/nonexistent", issuers] }.isSecure)
    #expect(throws: VaultError.self) {
      try tryLogin(tls) { $0.systemIssuersFolders = ["/nonexistent"] }
    }
  }

  @Test func `issuers from everywhere are trusted together`() throws {
    let one = try ScriptedServerTLS(before: server.port)
    let other = try ScriptedServerTLS(before: server.port)
    try put("ca.pem", of: one, into: "home", as: "ca.crt")
    for tls in [one, other] {
      #expect(
        try tryLogin(tls) {
          $0.issuersFile = one.folder.path + "/ca.pem"
          $0.systemIssuersFile = other.folder.path + "/ca.pem"
        }.isSecure)
    }
  }
}
