internal import SealedFormat

/// A public key as an SSH agent lists it.
package struct SSHPublicKey: Sendable {
  /// How a key signs.
  enum Algorithm: Sendable, Equatable {
    /// RFC 8709.
    case ed25519(key: [UInt8])
    /// `rsa-sha2-512` of RFC 8332; the length of the modulus is in bytes.
    case rsa(modulusLength: Int)
  }

  private static let shortestModulus = 2048
  private static let longestModulus = 16384

  /// The key as SSH encodes it.
  let blob: [UInt8]
  /// The name that its owner gave it.
  package let comment: String
  /// The type as the agent names it.
  package let typeName: String
  /// Nil if the key's signatures cannot open a slot.
  let algorithm: Algorithm?

  /// Takes a key that may be of any type or malformed.
  init(blob: [UInt8], comment: [UInt8]) {
    self.blob = blob
    self.comment = String(decoding: comment, as: UTF8.self).escapingControls
    (typeName, algorithm) = Self.parse(blob.bytes) ?? ("unknown", nil)
  }

  private static func parse(_ bytes: RawSpan) -> (String, Algorithm?)? {
    var fields = SSHFields(0..<bytes.byteCount)
    guard let type = try? fields.string(in: bytes) else { return nil }
    let name = String(decoding: bytes.publicBytes(type), as: UTF8.self).escapingControls
    if bytes.has("ssh-ed25519", at: type) {
      guard let key = try? fields.string(in: bytes), key.count == Ed25519.keyLength,
        fields.isAtEnd
      else { return nil }
      return (name, .ed25519(key: bytes.publicBytes(key)))
    }
    if bytes.has("ssh-rsa", at: type) {
      guard (try? fields.string(in: bytes)) != nil, let modulus = try? fields.string(in: bytes),
        fields.isAtEnd
      else { return nil }
      let number = modulus.drop { bytes[$0] == 0 }
      guard let first = number.first else { return nil }
      let bits = number.count * 8 - bytes[first].leadingZeroBitCount
      guard (shortestModulus...longestModulus).contains(bits) else {
        return ("\(name) of \(bits) bits", nil)
      }
      return (name, .rsa(modulusLength: number.count))
    }
    return (name, nil)
  }

  /// The fingerprint as `ssh-add -l` shows it.
  package var fingerprint: String {
    guard let digest = try? Base64.encode(SHA2.sha256(blob).bytes),
      let text = digest.bytes.publicText
    else { return "" }
    return "SHA256:" + text.filter { $0 != "=" }
  }

  /// The key with its comment, to show.
  package var shown: String {
    comment.isEmpty ? "\(fingerprint) (\(typeName))" : "\(fingerprint) \(comment) (\(typeName))"
  }

  /// Whether a slot can be made for the key.
  package var canOpenSlots: Bool { algorithm != nil }
}
