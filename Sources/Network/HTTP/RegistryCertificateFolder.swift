internal import Glibc
internal import SealedFormat
internal import Vault

/// What is in a registry's folder of certs.d, as docker, podman and skopeo lay it out.
///
/// As in skopeo, a file that cannot be read is skipped, because it may be a leftover link or for root
/// only; a file that is malformed or lacks its counterpart is an error.
struct RegistryCertificateFolder {
  private(set) var issuers = IssuerCertificates()
  private(set) var clientCertificate: ConnectionOptions.ClientCertificate?
  /// Whether there is a certificate, even if it could not be read.
  private(set) var hasCertificates = false

  /// Reads the first of the parents that has a folder for the registry.
  ///
  /// - Throws: `configuration` if a file is malformed or incomplete.
  init(
    of scope: RegistryScope, below parents: [String], _ warn: (String) -> Void
  ) throws(VaultError) {
    // The folder's name may give the port of https.
    let names = [scope.authority] + (scope.port == nil ? ["\(scope.authority):443"] : [])
    for parent in parents {
      var isFound = false
      for path in names.map({ "\(parent)/\($0)" }) where unsafe access(path, F_OK) == 0 {
        isFound = true
        guard let files = FolderHandle.names(at: path) else {
          warn("cannot read the folder \(path.escapingControls) with certificates: it is skipped")
          continue
        }
        try read(path, files, warn)
      }
      if isFound { return }
    }
  }

  private mutating func read(
    _ path: String, _ files: [String], _ warn: (String) -> Void
  ) throws(VaultError) {
    for file in files {
      let full = "\(path)/\(file)"
      if file.hasSuffix(".crt") || file.hasSuffix(".cert") { hasCertificates = true }
      if file.hasSuffix(".crt") {
        try issuers.add(optionalFile: full, namedBy: "certs.d", warn)
      } else if file.hasSuffix(".cert") {
        let key = file.dropLast("cert".count) + "key"
        guard files.contains(String(key)) else {
          throw VaultError(
            .configuration,
            "\(full.escapingControls) is a client certificate without its key \(key); "
              + "an issuer's certificate ends in .crt")
        }
        readClientCertificate(full, "\(path)/\(key)", warn)
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
  }

  /// Takes the first client certificate by name, because libcurl shows only one.
  private mutating func readClientCertificate(
    _ file: String, _ keyFile: String, _ warn: (String) -> Void
  ) {
    guard clientCertificate == nil else { return }
    for path in [file, keyFile] where unsafe access(path, R_OK) != 0 {
      let reason = SystemError(number: errno).reason
      warn("cannot read the client certificate or key \(path.escapingControls): \(reason)")
      return
    }
    clientCertificate = ConnectionOptions.ClientCertificate(file: file, keyFile: keyFile)
  }
}
