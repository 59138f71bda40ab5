internal import SealedFormat
internal import Vault
internal import CLinux
internal import Glibc

/// Certificates of issuers to trust, in PEM, from several files.
struct IssuerCertificates {
  /// The longest file that is read, in bytes; a system's whole list is a quarter of a million.
  private static let longestFile = 4 << 20
  /// Where systems keep the list of all their issuers; each has one of these.
  private static let systemFiles = [
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
  ]

  private(set) var text: [UInt8] = []

  /// Adds a file.
  ///
  /// `source` says what named it, unless the command line did.
  ///
  /// - Throws: `configuration` if it cannot be read or holds no certificate.
  mutating func add(file: String, namedBy source: String? = nil) throws(VaultError) {
    let named = source.map { " (\($0))" } ?? ""
    let what = "the issuers' certificates\(named) in \(file.escapingControls)"
    let bytes = try Self.read(file, what)
    guard Self.hasCertificate(bytes) else {
      throw VaultError(.configuration, "cannot use \(what): there is no certificate in PEM in it")
    }
    append(bytes)
  }

  /// Adds the system's list, where there is one.
  mutating func addSystem() {
    for file in Self.systemFiles {
      guard let bytes = try? Self.read(file, "") else { continue }
      return append(bytes)
    }
  }

  /// Adds what is a certificate among the files of a folder; a folder that is not there has none.
  mutating func add(folder: String) {
    for name in FolderHandle.names(at: folder) ?? [] {
      guard let bytes = try? Self.read("\(folder)/\(name)", ""), Self.hasCertificate(bytes) else {
        continue
      }
      append(bytes)
    }
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
