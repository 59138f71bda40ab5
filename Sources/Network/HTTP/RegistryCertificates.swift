internal import SealedFormat
internal import Vault
internal import CLinux
internal import Glibc

/// The certificates that TLS with one registry works with: from the options, from OpenSSL's variables
/// and from the folder that containers' tools and docker keep for the registry.
struct RegistryCertificates: ~Copyable {
  /// How much of what is trusted libcurl gets to read.
  enum Extent {
    /// What was named, and the system's folder, in which OpenSSL finds an issuer by its name.
    case folder
    /// What was named, and the system's whole list: 15 ms of work for each connection.
    case list
  }

  /// Files in memory with the issuers to trust, in PEM, beside the system's folder and with the system's
  /// list; nil for none, and for libcurl's own list.
  private let named: Int32?
  private let whole: Int32?
  /// The system's folder of issuers, where it has one that OpenSSL can find issuers in.
  private let systemFolder: String?
  /// Whether the system's issuers are trusted too.
  private let trustsSystem: Bool
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
    var list = IssuerCertificates()
    if let file = options.issuersFile { try list.add(file: file) }
    for file in folder.issuers { try list.add(file: file, namedBy: "certs.d") }
    if let file = options.systemIssuersFile {
      try list.add(file: file, namedBy: "SSL_CERT_FILE")
    }
    for folder in options.systemIssuersFolders ?? [] { list.add(folder: folder) }
    var everything = list
    if options.systemIssuersFile == nil { everything.addSystem() }
    let isOwn = !list.text.isEmpty || options.systemIssuersFolders != nil
    let named = list.text.isEmpty ? nil : try Self.memoryFile(list.text)
    let whole: Int32?
    do throws(VaultError) { whole = isOwn ? try Self.memoryFile(everything.text) : nil } catch {
      if let named { close(named) }
      throw error
    }
    self.named = named
    self.whole = whole
    trustsSystem = options.systemIssuersFolders == nil
    systemFolder = trustsSystem ? Self.systemFolder : nil
    clientCertificate = certificate
  }

  deinit {
    if let named { close(named) }
    if let whole { close(whole) }
  }

  /// Whether there is a folder to try before the whole list.
  var hasFolder: Bool { systemFolder != nil }

  /// The file and the folder for libcurl.
  ///
  /// An inner nil means none, an outer one that libcurl keeps its own.
  ///
  /// Files in memory and not texts, because older libcurls and those with GnuTLS take no texts. They are
  /// there as long as this is held.
  func trusted(_ extent: Extent) -> (file: String??, folder: String??) {
    func path(_ file: Int32) -> String { "/proc/self/fd/\(file)" }
    switch extent {
    case .folder: return (.some(named.map(path)), .some(systemFolder))
    case .list: return (whole.map { .some(path($0)) }, trustsSystem ? nil : .some(nil))
    }
  }

  private static func memoryFile(_ text: [UInt8]) throws(VaultError) -> Int32 {
    try checked("cannot keep the issuers' certificates", as: .internalFault) {
      unsafe vault_memory_file(text, text.count)
    }
  }

  /// The system's folder, if it holds issuers under the names that OpenSSL looks for.
  private static let systemFolder: String? = {
    let folder = "/etc/ssl/certs"
    return FolderHandle.names(at: folder)?.contains { $0.hasSuffix(".0") } == true ? folder : nil
  }()

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
        if let files = FolderHandle.names(at: path) { return try read(path, files) }
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
