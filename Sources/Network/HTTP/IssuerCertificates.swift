internal import SealedFormat
internal import Vault
internal import Glibc

/// Certificates of issuers to trust, in PEM, from several files.
struct IssuerCertificates {
  /// The longest file that is read, in bytes; a system's whole list has 250 KB.
  private static let longestFile = 4 << 20
  /// Where systems keep the list of all issuers; each system has at least one of these.
  private static let systemFiles = [
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
  ]

  private(set) var text: [UInt8] = []

  /// The system's list; nil if there is none.
  static var systemFile: String? { systemFiles.first { unsafe access($0, R_OK) == 0 } }

  /// Adds a file.
  ///
  /// - Parameter source: What named it, unless the command line did.
  /// - Throws: `configuration` if it cannot be read or holds no certificate.
  mutating func add(file: String, namedBy source: String? = nil) throws(VaultError) {
    let what = Self.name(file, source)
    try add(try Self.read(file, what), what)
  }

  /// Adds a file, with a warning and not an error if it cannot be read.
  ///
  /// - Throws: `configuration` if it holds no certificate.
  mutating func add(
    optionalFile file: String, namedBy source: String, _ warn: (String) -> Void
  ) throws(VaultError) {
    let what = Self.name(file, source)
    let bytes: [UInt8]
    do throws(VaultError) { bytes = try Self.read(file, what) } catch {
      return warn("\(error.message): it is skipped")
    }
    try add(bytes, what)
  }

  mutating func add(_ others: IssuerCertificates) { text += others.text }

  /// Adds the system's list, if there is one.
  mutating func addSystem() {
    guard let file = Self.systemFile, let bytes = try? Self.read(file, "") else { return }
    append(bytes)
  }

  /// Adds the certificates among the files of a folder; a missing folder has none.
  mutating func add(folder: String) {
    for name in FolderHandle.names(at: folder) ?? [] {
      guard let bytes = try? Self.read("\(folder)/\(name)", ""), Self.hasCertificate(bytes) else {
        continue
      }
      append(bytes)
    }
  }

  private static func name(_ file: String, _ source: String?) -> String {
    let named = source.map { " (\($0))" } ?? ""
    return "the issuers' certificates\(named) in \(file.escapingControls)"
  }

  private mutating func add(_ bytes: [UInt8], _ what: String) throws(VaultError) {
    guard Self.hasCertificate(bytes) else {
      throw VaultError(.configuration, "cannot use \(what): there is no certificate in PEM in it")
    }
    append(bytes)
  }

  private mutating func append(_ bytes: [UInt8]) {
    text += bytes
    text.append(UInt8(ascii: "\n"))
  }

  private static func hasCertificate(_ bytes: [UInt8]) -> Bool {
    ["-----BEGIN CERTIFICATE-----", "-----BEGIN TRUSTED CERTIFICATE-----"]
      .contains { bytes.firstRange(of: Array($0.utf8)) != nil }
  }

  private static func read(_ file: String, _ what: String) throws(VaultError) -> [UInt8] {
    let opened = try checked("cannot read \(what)", as: .configuration) {
      unsafe open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY)
    }
    defer { close(opened) }
    do throws(VaultError) {
      return try [UInt8](readingFrom: opened, limit: longestFile, name: what)
    } catch {
      throw VaultError(.configuration, error.message, cause: error)
    }
  }
}
