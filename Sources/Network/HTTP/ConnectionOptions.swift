internal import SealedFormat
internal import Vault

/// How to speak to a registry.
package struct ConnectionOptions: Hashable, Sendable {
  /// A certificate that says who we are, and its key; both are files in PEM.
  package struct ClientCertificate: Hashable, Sendable {
    /// The certificate's file.
    package var file: String
    /// The key's file; the key is not encrypted.
    package var keyFile: String

    /// Names both files.
    ///
    /// - Parameters:
    ///   - file: The certificate's file.
    ///   - keyFile: The key's file.
    package init(file: String, keyFile: String) {
      self.file = file
      self.keyFile = keyFile
    }
  }

  /// Proxies, as the environment names them; here they come as values.
  package struct Proxy: Hashable, Sendable {
    /// The proxy for https, as a URL, or nil for none.
    package var https: String?
    /// The proxy for plain http, as a URL, or nil for none.
    package var http: String?
    /// Hosts that are spoken to without a proxy, with commas between; `*` for all.
    package var exceptions: String

    /// Names the proxies.
    ///
    /// - Parameters:
    ///   - https: The proxy for https.
    ///   - http: The proxy for plain http.
    ///   - exceptions: Hosts without a proxy.
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
  /// A file in PEM with issuers to trust besides the system's.
  package var issuersFile: String?
  /// What to show to registries that ask who we are.
  package var clientCertificate: ClientCertificate?
  /// How long all of it may take, in seconds.
  package var timeout = 30
  /// The proxies to go through; this machine is always spoken to directly.
  package var proxy = Proxy()

  /// Whether a registry on this machine that does not speak https may be asked over plain http.
  package var fallsBackToPlainHTTP = true
  /// Whether that is tried before https, as the login is known to have been made so.
  var prefersPlainHTTP = false
  /// The file that takes the place of the system's list of issuers, as `SSL_CERT_FILE` names it.
  package var systemIssuersFile: String?
  /// The folders that take the place of the system's, as `SSL_CERT_DIR` names them.
  package var systemIssuersFolders: [String]?
  /// Folders with a folder of certificates for each registry, as containers' tools and docker keep
  /// them (`certs.d`); the first that has one for the registry counts.
  package var certificateFolders: [String] = []

  /// Options as most registries need them: https with a checked certificate.
  package init() {}
}
