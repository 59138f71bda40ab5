import ArgumentParser
import Network
import SealedFormat
import Vault

/// How to speak to the registry.
struct RegistryOptions: ParsableArguments {
  @Flag(help: "Speak plain http to the registry.")
  var insecure = false

  @Flag(name: .customLong("no-tls-verify"), help: "Do not check the registry's certificate.")
  var noTLSVerify = false

  @Option(
    name: .customLong("cacert"),
    help: ArgumentHelp("Certificates of issuers to trust besides the system's.", valueName: "file"))
  var issuers: String?

  @Option(help: ArgumentHelp("A certificate to show to the registry.", valueName: "file"))
  var clientCert: String?

  @Option(help: ArgumentHelp("The key of that certificate.", valueName: "file"))
  var clientKey: String?

  @Option(help: ArgumentHelp("How long the registry may take.", valueName: "seconds"))
  var timeout = 30

  func validate() throws {
    guard (clientCert == nil) == (clientKey == nil) else {
      throw ValidationError("--client-cert and --client-key go together.")
    }
    guard (1...3600).contains(timeout) else {
      throw ValidationError("--timeout takes from 1 to 3600 seconds.")
    }
  }

  /// Whether TLS with a checked certificate is used.
  var checksCertificate: Bool { !insecure && !noTLSVerify }

  /// The options, with what the environment adds to them.
  func connection(in session: Session) -> ConnectionOptions {
    let environment = session.environment
    var options = ConnectionOptions()
    options.isPlainHTTP = insecure
    options.checksCertificate = !noTLSVerify
    options.issuersFile = issuers.map(environment.absolute)
    if let clientCert, let clientKey {
      options.clientCertificate = ConnectionOptions.ClientCertificate(
        file: environment.absolute(clientCert), keyFile: environment.absolute(clientKey))
    }
    options.timeout = timeout
    // Plain HTTP_PROXY is not read: a CGI server sets it from a request's header.
    options.proxy = ConnectionOptions.Proxy(
      https: environment["HTTPS_PROXY"] ?? environment["https_proxy"],
      http: environment["http_proxy"],
      exceptions: environment["NO_PROXY"] ?? environment["no_proxy"] ?? "")
    // The names of OpenSSL, which other clients honour too.
    options.systemIssuersFile = environment["SSL_CERT_FILE"].map(environment.absolute)
    options.systemIssuersFolders = environment["SSL_CERT_DIR"].map { list in
      list.split(separator: ":").map { environment.absolute(String($0)) }
    }
    let home = (try? environment.home).map { ["\($0)/.config/containers/certs.d"] } ?? []
    options.certificateFolders = home + ["/etc/containers/certs.d", "/etc/docker/certs.d"]
    return options
  }
}
