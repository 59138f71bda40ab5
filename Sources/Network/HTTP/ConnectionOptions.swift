/// How to connect to a registry.
package struct ConnectionOptions: Hashable, Sendable {
  /// A TLS client certificate and its private key, both in PEM files.
  package struct ClientCertificate: Hashable, Sendable {
    package var file: String
    /// The key is not encrypted.
    package var keyFile: String

    package init(file: String, keyFile: String) {
      self.file = file
      self.keyFile = keyFile
    }
  }

  /// The proxies that the environment names.
  package struct Proxy: Hashable, Sendable {
    /// The proxy for https, as a URL.
    package var https: String?
    /// The proxy for plain http, as a URL.
    package var http: String?
    /// The value of `NO_PROXY`.
    package var exceptions: String

    package init(https: String? = nil, http: String? = nil, exceptions: String = "") {
      self.https = https
      self.http = http
      self.exceptions = exceptions
    }
  }

  /// Plain http instead of https.
  package var isPlainHTTP = false
  /// Whether the server's certificate must be valid.
  package var checksCertificate = true
  /// A PEM file with issuers to trust besides the system's.
  package var issuersFile: String?
  /// The certificate for registries that ask for one.
  package var clientCertificate: ClientCertificate?
  /// How long all requests together may take, in seconds.
  package var timeout = 30
  /// The proxies; this machine is always asked directly.
  package var proxy = Proxy()

  /// Whether a registry on this machine that does not speak https may be asked over plain http.
  ///
  /// It must be false if the user asked for https or a stored login used TLS: another user of the machine
  /// could take the port and would get the password. It has no effect if certificates were named.
  package var fallsBackToPlainHTTP = true
  /// Whether that is tried before https, because the login is known to have been made like that.
  var prefersPlainHTTP = false
  /// The file that replaces the system's list of issuers (`SSL_CERT_FILE`).
  package var systemIssuersFile: String?
  /// The folders that replace the system's (`SSL_CERT_DIR`).
  package var systemIssuersFolders: [String]?
  /// The `certs.d` folders of docker, podman and skopeo; the first that has a folder for the registry
  /// counts.
  package var certificateFolders: [String] = []

  /// The options for most registries: https with a checked certificate.
  package init() {}
}
