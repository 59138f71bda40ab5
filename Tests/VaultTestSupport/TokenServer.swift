/// A token server on loopback, as registries with Bearer authentication have one.
package final class TokenServer {
  private let process: ChildProcess
  private let folder: TemporaryFolder

  /// Its address and port.
  package let host: String
  /// Where tokens are to be had.
  package var realm: String { "http://\(host)/token" }
  /// The certificate by which a registry knows the tokens.
  package let certificate: String
  package static let issuer = "vault-tests-issuer"
  package static let service = "vault-tests-service"

  /// Starts a server that gives tokens to one user.
  package init(user: String, password: String) throws {
    folder = try TemporaryFolder()
    let key = folder.path("token.key")
    certificate = folder.path("token.crt")
    let made = try Command([
      "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
      "-subj", "/CN=\(Self.issuer)", "-keyout", key, "-out", certificate,
    ]).run()
    guard made.status == 0 else { throw TestFailure("openssl failed: \(made.errors)") }

    let login = folder.path("login")
    try writeFile(login, "\(user):\(password)")
    let output = try OpenFile.unnamed()
    let errors = try OpenFile.unnamed()
    let process = try ChildProcess(
      [
        "python3", PackageFolder.path + "/Tests/token-server.py", key, certificate, Self.issuer,
        Self.service,
      ],
      environment: Command.plainEnvironment,
      descriptors: [try OpenFile(reading: login), output, errors],
      inOwnSession: false)
    let port = try waitFor("the token server", atMost: 20) {
      if process.poll() != nil {
        throw TestFailure(String(decoding: try errors.bytes(), as: UTF8.self))
      }
      return try output.lines().first
    }
    self.process = process
    host = "127.0.0.1:\(port)"
  }
}
