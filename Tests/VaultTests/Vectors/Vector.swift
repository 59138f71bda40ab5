import FoundationEssentials
import Testing
import VaultTestSupport

/// One line of the manifest: a file, what is used to open it, and what must come of it.
struct Vector: Codable, Hashable, Sendable, CustomTestStringConvertible {
  /// A login that is in the file.
  struct Entry: Codable, Hashable, Sendable {
    var kind: String
    var host: String?
    var port: UInt16?
    var path: String?
    var name: String?
    var account: String?
    var spellings: [String]
    var transport: String
    var username: String
    var created: Int64
    var caFile: String?
    var clientCertificate: String?
    var clientKey: String?
    var note: String?
    var changed: Int64?
    var expires: Int64?
    var verified: Int64?
    var importedFrom: String?
    var serverURL: String?
    var secretBase64: String
  }

  /// A login that was removed from it.
  struct Removal: Codable, Hashable, Sendable {
    var kind: String
    var host: String?
    var port: UInt16?
    var path: String?
    var name: String?
    var account: String?
    var time: Int64
  }

  /// The names of transports, by their number in the file.
  static let transports = ["checked-tls", "unchecked-tls", "plain-http"]

  var file: String
  var keyFile: String?
  var passphrase: String?
  /// What the desktop keyring holds for a slot, base64.
  var keyringKey: String?
  /// The file of an SSH key that an agent holds.
  var sshKey: String?
  var status: Int32
  var what: String
  var entries: [Entry]
  var removed: [Removal]
  /// How many records are of a kind that only a later version knows.
  var unknown: Int

  /// The scenario, which is the folder of the file.
  var scenario: String { String(file.prefix { $0 != "/" }) }
  var testDescription: String { "\(file): \(what)" }

  static let folder = PackageFolder.path + "/Tests/Vectors/sealed"
  static let manifest = folder + "/manifest.json"

  /// All that are committed.
  static func committed() throws -> [Vector] {
    try JSONDecoder().decode([Vector].self, from: Data(try readFile(manifest)))
  }
}

extension Vector {
  /// Writes what is absent as null, so that every line has every field.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(file, forKey: .file)
    try container.encode(keyFile, forKey: .keyFile)
    try container.encode(passphrase, forKey: .passphrase)
    try container.encode(keyringKey, forKey: .keyringKey)
    try container.encode(sshKey, forKey: .sshKey)
    try container.encode(status, forKey: .status)
    try container.encode(what, forKey: .what)
    try container.encode(entries, forKey: .entries)
    try container.encode(removed, forKey: .removed)
    try container.encode(unknown, forKey: .unknown)
  }
}
