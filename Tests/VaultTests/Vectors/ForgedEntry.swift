@testable import SealedFormat
@testable import Vault

/// A line of the index and its secret, built byte by byte.
struct ForgedEntry {
  var kind: UInt8 = 1
  var flags: UInt8 = 1
  /// Random where nothing else is said.
  var identifier: [UInt8]?
  var created: UInt64 = 1_800_000_000
  var expires: UInt64 = 0
  var verified: UInt64 = 0
  var port: UInt16 = 0
  var name: String
  var path = ""
  var username = "alice"
  var importedFrom = ""
  var serverURL = ""
  var spellings: [String] = []
  var secret: [UInt8] = Array("correct horse battery staple".utf8)
  /// Another entry that the secret is sealed for.
  var sealedFor: [UInt8]?
  /// What is changed in the padded secret, before it is sealed.
  var editPadded: Edit = { _ in }
  /// What is changed in the sealed secret; the index gives the length that it then has.
  var editSealed: Edit = { _ in }

  static func registry(_ name: String, port: UInt16 = 0, path: String = "") -> ForgedEntry {
    var entry = ForgedEntry(port: port, name: name, path: path)
    let authority = port == 0 ? name : "\(name):\(port)"
    entry.spellings = ["docker://" + (path.isEmpty ? authority : "\(authority)/\(path)")]
    return entry
  }

  static func other(_ kind: UInt8, _ name: String) -> ForgedEntry {
    var entry = ForgedEntry(kind: kind, name: name)
    entry.spellings = [name]
    return entry
  }

  /// Nonce, ciphertext and tag of the secret.
  func sealedSecret(
    identifier: [UInt8], vault: [UInt8], key: [UInt8], _ random: inout SeededBytes
  ) throws -> [UInt8] {
    var padded = .number(UInt32(secret.count)) + secret
    while !padded.count.isMultiple(of: 256) { padded.append(0) }
    editPadded(&padded)
    let nonce = try random.next(24)
    let associated = Array("vault 1 entry".utf8) + vault + (sealedFor ?? identifier)
    var sealed =
      nonce
      + (try AuthenticatedCipher.seal(padded, key: key, nonce: nonce, associated: associated))
    editSealed(&sealed)
    return sealed
  }

  /// The line of the index.
  func line(identifier: [UInt8], secretLength: Int) throws -> [UInt8] {
    var bytes = [kind, flags] + identifier + .number(UInt32(secretLength))
    bytes += .number(created) + .number(expires) + .number(verified) + .number(port)
    for text in [name, path, username, importedFrom, serverURL] { try bytes.append(text: text) }
    bytes += .number(UInt16(spellings.count))
    for spelling in spellings { try bytes.append(text: spelling) }
    return bytes
  }
}
