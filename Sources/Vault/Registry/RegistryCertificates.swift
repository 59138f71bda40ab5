internal import CLinux
internal import Glibc

/// The certificates that TLS with one registry works with: from the options, from OpenSSL's variables
/// and from the folder that containers' tools and docker keep for the registry.
struct RegistryCertificates: ~Copyable {
  /// A file in memory with the issuers to trust, in PEM; nil leaves libcurl its own, the system's.
  private let issuers: Int32?
  /// Whether the system's folder of issuers is trusted too.
  let usesSystemFolder: Bool
  /// What to show to the registry if it asks who we are.
  let clientCertificate: ConnectionOptions.ClientCertificate?

  /// Reads what there is.
  ///
  /// - Parameters:
  ///   - scope: The registry.
  ///   - options: How to speak to it.
  /// - Throws: `configuration` where a file cannot be read, is none, or lacks its counterpart.
  init(of scope: RegistryScope, options: ConnectionOptions) throws(VaultError) {
    let folder = try Self.folder(of: scope, below: options.certificateFolders)
    let certificate = options.clientCertificate ?? folder.clientCertificate
    if let certificate {
      try Self.check(certificate.file, "the client certificate")
      try Self.check(certificate.keyFile, "the client certificate's key")
    }
    let issuers = try Self.issuers(options, folder.issuers)
    self.issuers = issuers
    usesSystemFolder = options.systemIssuersFolders == nil
    clientCertificate = certificate
  }

  /// A file in memory with the issuers, where there are others than the system's.
  private static func issuers(
    _ options: ConnectionOptions, _ files: [String]
  ) throws(VaultError) -> Int32? {
    var list = IssuerCertificates()
    if let file = options.issuersFile { try list.add(file: file, namedBy: "--cacert") }
    for file in files { try list.add(file: file, namedBy: "certs.d") }
    if let file = options.systemIssuersFile {
      try list.add(file: file, namedBy: "SSL_CERT_FILE")
    } else if !list.text.isEmpty || options.systemIssuersFolders != nil {
      list.addSystem()
    }
    for folder in options.systemIssuersFolders ?? [] { list.add(folder: folder) }
    guard !list.text.isEmpty || options.systemIssuersFolders != nil else { return nil }
    let text = list.text
    return try checked("cannot keep the issuers' certificates", as: .internalFault) {
      unsafe vault_memory_file(text, text.count)
    }
  }

  deinit { if let issuers { close(issuers) } }

  /// A path that libcurl can read the issuers from, as long as this is held.
  ///
  /// A file in memory and not a text, because older libcurls and those with GnuTLS take no text.
  var issuersFile: String? { issuers.map { "/proc/self/fd/\($0)" } }

  private struct Folder {
    var issuers: [String] = []
    var clientCertificate: ConnectionOptions.ClientCertificate?
  }

  /// What lies in the first folder that there is for this registry.
  private static func folder(
    of scope: RegistryScope, below parents: [String]
  ) throws(VaultError) -> Folder {
    // The port goes without saying for us; whoever made the folder may have said it.
    let names = [scope.authority] + (scope.port == nil ? ["\(scope.authority):443"] : [])
    for parent in parents {
      for name in names {
        let path = "\(parent)/\(name)"
        if let files = folderContents(path) { return try read(path, files) }
      }
    }
    return Folder()
  }

  private static func read(_ path: String, _ files: [String]) throws(VaultError) -> Folder {
    var folder = Folder()
    for file in files {
      let full = "\(path)/\(file)"
      if file.hasSuffix(".crt") {
        folder.issuers.append(full)
      } else if file.hasSuffix(".cert") {
        let key = file.dropLast("cert".count) + "key"
        guard files.contains(String(key)) else {
          throw VaultError(
            .configuration,
            "\(full.escapingControls) is a client certificate without its key \(key); "
              + "an issuer's certificate ends in .crt")
        }
        // libcurl shows one; of several the first by name.
        folder.clientCertificate =
          folder.clientCertificate ?? .init(file: full, keyFile: "\(path)/\(key)")
      } else if file.hasSuffix(".key") {
        let certificate = file.dropLast("key".count) + "cert"
        guard files.contains(String(certificate)) else {
          throw VaultError(
            .configuration,
            "\(full.escapingControls) is a client certificate's key without its certificate "
              + "\(certificate)")
        }
      }
    }
    return folder
  }

  private static func check(_ file: String, _ name: String) throws(VaultError) {
    let action = "cannot read \(name) in \(file.escapingControls)"
    _ = try checked(action, as: .configuration) { unsafe access(file, R_OK) }
  }
}
