/// How to speak to a registry.
public struct ConnectionOptions: Hashable, Sendable {
  /// A certificate that says who we are, and its key; both are files in PEM.
  public struct ClientCertificate: Hashable, Sendable {
    /// The certificate's file.
    public var file: String
    /// The key's file; the key is not encrypted.
    public var keyFile: String

    /// Names both files.
    ///
    /// - Parameters:
    ///   - file: The certificate's file.
    ///   - keyFile: The key's file.
    public init(file: String, keyFile: String) {
      self.file = file
      self.keyFile = keyFile
    }
  }

  /// Proxies, as the environment names them; here they come as values.
  public struct Proxy: Hashable, Sendable {
    /// The proxy for https, as a URL, or nil for none.
    public var https: String?
    /// The proxy for plain http, as a URL, or nil for none.
    public var http: String?
    /// Hosts that are spoken to without a proxy, with commas between; `*` for all.
    public var exceptions: String

    /// Names the proxies.
    ///
    /// - Parameters:
    ///   - https: The proxy for https.
    ///   - http: The proxy for plain http.
    ///   - exceptions: Hosts without a proxy.
    public init(https: String? = nil, http: String? = nil, exceptions: String = "") {
      self.https = https
      self.http = http
      self.exceptions = exceptions
    }
  }

  /// Plain http instead of https.
  public var isPlainHTTP = false
  /// Whether the server's certificate must be valid.
  public var checksCertificate = true
  /// A file in PEM with issuers to trust besides the system's.
  public var issuersFile: String?
  /// What to show to registries that ask who we are.
  public var clientCertificate: ClientCertificate?
  /// How long all of it may take, in seconds.
  public var timeout = 30
  /// The proxies to go through; this machine is always spoken to directly.
  public var proxy = Proxy()

  /// Whether a registry on this machine that does not speak https may be asked over plain http.
  public var fallsBackToPlainHTTP = true
  /// Whether that is tried before https, as the login is known to have been made so.
  var prefersPlainHTTP = false
  /// The file that takes the place of the system's list of issuers, as `SSL_CERT_FILE` names it.
  public var systemIssuersFile: String?
  /// The folders that take the place of the system's, as `SSL_CERT_DIR` names them.
  public var systemIssuersFolders: [String]?
  /// Folders with a folder of certificates for each registry, as containers' tools and docker keep
  /// them (`certs.d`); the first that has one for the registry counts.
  public var certificateFolders: [String] = []

  /// Options as most registries need them: https with a checked certificate.
  public init() {}
}
