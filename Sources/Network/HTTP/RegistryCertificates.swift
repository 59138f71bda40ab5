internal import CLinux
internal import Glibc
internal import SealedFormat
internal import Vault

/// The certificates for TLS with one registry: from the options, from OpenSSL's environment variables and
/// from the registry's folder in certs.d.
struct RegistryCertificates: ~Copyable {
  /// A file in memory with all issuers, as PEM; nil if the system's list is enough.
  ///
  /// libcurl gets a file and no text, because older versions and those with GnuTLS take no text.
  private let memoryFile: Int32?
  /// The file with issuers for libcurl; valid as long as this value.
  ///
  /// Nil if the system has no list.
  let file: String?
  /// The folder with more issuers, under the names that OpenSSL looks for.
  let folder: String?
  /// All issuers, already read; nil if libcurl has to read `file` and `folder` itself.
  private let issuers: IssuerStore?
  /// What is shown to the registry if it asks for a client certificate.
  let clientCertificate: ConnectionOptions.ClientCertificate?
  /// Whether certificates were named for this registry, by an option or in certs.d.
  let areNamed: Bool

  /// Reads the files.
  ///
  /// - Parameter warn: Gets a message about each file in certs.d that cannot be read.
  /// - Throws: `configuration` if another file cannot be read, or one is malformed or incomplete.
  init(
    of scope: RegistryScope, options: ConnectionOptions, warn: (String) -> Void
  ) throws(VaultError) {
    let registry = try RegistryCertificateFolder(of: scope, below: options.certificateFolders, warn)
    if let certificate = options.clientCertificate {
      try Self.check(certificate.file, "the client certificate")
      try Self.check(certificate.keyFile, "the client certificate's key")
    }
    var list = IssuerCertificates()
    if let file = options.issuersFile { try list.add(file: file) }
    list.add(registry.issuers)
    if let file = options.systemIssuersFile { try list.add(file: file, namedBy: "SSL_CERT_FILE") }
    for folder in options.systemIssuersFolders ?? [] { list.add(folder: folder) }
    let isOnlySystem = list.text.isEmpty
    if !isOnlySystem, options.systemIssuersFile == nil { list.addSystem() }
    let memoryFile = isOnlySystem ? nil : try Self.memoryFile(list)
    self.memoryFile = memoryFile
    let file = memoryFile.map { "/proc/self/fd/\($0)" } ?? IssuerCertificates.systemFile
    let folder = options.systemIssuersFolders == nil ? Self.systemFolder : nil
    issuers = IssuerStore(
      file: file, folder: folder, key: Array((folder ?? "").utf8) + [0] + list.text)
    self.file = file
    self.folder = folder
    clientCertificate = options.clientCertificate ?? registry.clientCertificate
    areNamed =
      options.issuersFile != nil || options.clientCertificate != nil || registry.hasCertificates
  }

  var hasIssuerStore: Bool { unsafe issuerHandle != nil }

  /// For `vault_curl_exchange`; valid as long as this value.
  var issuerHandle: UnsafeMutableRawPointer? {
    switch issuers {
    case .some(let store): unsafe store.handle
    case .none: nil
    }
  }

  deinit { if let memoryFile { close(memoryFile) } }

  /// The system's folder, if it holds issuers under the names that OpenSSL looks for.
  private static let systemFolder: String? = {
    let folder = "/etc/ssl/certs"
    return FolderHandle.names(at: folder)?.contains { $0.hasSuffix(".0") } == true ? folder : nil
  }()

  private static func memoryFile(_ list: IssuerCertificates) throws(VaultError) -> Int32 {
    let text = list.text
    return try checked("cannot keep the issuers' certificates", as: .internalFault) {
      unsafe vault_memory_file(text, text.count)
    }
  }

  private static func check(_ file: String, _ name: String) throws(VaultError) {
    let action = "cannot read \(name) in \(file.escapingControls)"
    _ = try checked(action, as: .configuration) { unsafe access(file, R_OK) }
  }
}
