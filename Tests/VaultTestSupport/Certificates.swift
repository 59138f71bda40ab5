/// A CA of our own, with a certificate for servers on loopback and one for a client, in PEM files.
package final class Certificates {
  private let folder: TemporaryFolder

  /// The CA's certificate.
  package var issuer: String { folder.path("ca.pem") }
  package var server: String { folder.path("server.pem") }
  package var serverKey: String { folder.path("server.key") }
  package var client: String { folder.path("client.pem") }
  package var clientKey: String { folder.path("client.key") }

  /// Makes them.
  ///
  /// - Parameter names: What the server's certificate is for besides loopback, as openssl writes it.
  /// - Throws: Where openssl fails.
  package init(names: String...) throws {
    folder = try TemporaryFolder()
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    try openssl(
      ["req", "-x509"] + key + ["-subj", "/CN=tests' CA", "-days", "2"]
        + ["-keyout", folder.path("ca.key"), "-out", issuer])
    let loopback = "IP:127.0.0.1,IP:::1,DNS:localhost"
    for (name, subject) in [
      ("server", ([loopback] + names).joined(separator: ",")), ("client", "DNS:client"),
    ] {
      let request = folder.path(name + ".csr")
      try openssl(
        ["req"] + key + ["-subj", "/CN=\(name)", "-addext", "subjectAltName=\(subject)"]
          + ["-keyout", folder.path(name + ".key"), "-out", request])
      try openssl(
        ["x509", "-req", "-in", request, "-CA", issuer, "-CAkey", folder.path("ca.key")]
          + ["-CAcreateserial", "-copy_extensions", "copy", "-days", "2"]
          + ["-out", folder.path(name + ".pem")])
    }
  }

  private func openssl(_ words: [String]) throws {
    let outcome = try Command(["openssl"] + words).run()
    guard outcome.status == 0 else { throw TestFailure("openssl failed: \(outcome.errors)") }
  }
}
