import Testing
import VaultTestSupport

@testable import SealedFormat

/// Known answers of the primitives: from their specifications, and from implementations that share no
/// code with libsodium (Python's hashlib, the reference implementation of Argon2).
struct PrimitivesTests {
  private static let key = [UInt8](0..<32)

  private static func hexadecimal(_ secret: borrowing SecretBytes) -> String {
    hexadecimal(secret.bytes)
  }

  private static func hexadecimal(_ bytes: RawSpan) -> String {
    unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }.hexadecimal
  }

  private func hash(_ message: [UInt8], key: [UInt8]?, pieces: Int) throws -> String {
    var hash: Hash
    if let key {
      hash = try Hash(key: key.bytes)
    } else {
      hash = try Hash()
    }
    for start in stride(from: 0, to: message.count, by: pieces) {
      hash.update(Array(message[start..<min(start + pieces, message.count)]).bytes)
    }
    return hash.digest().hexadecimal
  }

  /// Lengths of the messages 00 01 02 … ff 00 …, on both sides of BLAKE2b's block of 128 bytes.
  @Test(
    arguments: [
      (0, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"),
      (127, "f2fe67ff342e21b8f45e8f2e0bcd1d9243245d50ee6c78042e9c491388791c72"),
      (128, "c3582f71ebb2be66fa5dd750f80baae97554f3b015663c8be377cfcb2488c1d1"),
      (129, "f7f3c46ba2564ff4c4c162da1f5b605f9f1c4aa6a20652a9f9a337c1a2f5b9c9"),
      (1000, "c636324d47d89f2b2434dc2c994100663fbbaea880ff020fc5de89dd0f77a1ec"),
    ])
  func `BLAKE2b without a key gives the known digest`(_ length: Int, _ digest: String) throws {
    let message = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
    for pieces in [1, 64, 128, 1000] {
      #expect(try hash(message, key: nil, pieces: pieces) == digest)
    }
  }

  @Test(
    arguments: [
      (0, "4e51e7a913fc80137da52880fecca175bf81e117d5c68126dc2774033517ea0d"),
      (3, "e14fc9161564dd081204f2dd6146a9ffbef66f95d5dc80e0a225e213c09dad7b"),
      (128, "138893f1631ef3165629515d6ed800da3771b7926dced294205c7507351deebc"),
      (255, "f60f5c4a575c43db6c93608515866ea998e04b35792f5a92b27aa5880cd6721e"),
    ])
  func `BLAKE2b with a key gives the known digest`(_ length: Int, _ digest: String) throws {
    let message = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
    for pieces in [1, 128, 1000] {
      #expect(try hash(message, key: Self.key, pieces: pieces) == digest)
    }
    var keyed = try Hash(key: Self.key.bytes)
    keyed.update(message.bytes)
    #expect(Self.hexadecimal(try keyed.key()) == digest)
  }

  @Test func `BLAKE2b of the message in RFC 7693 gives the known digest`() throws {
    var hash = try Hash()
    hash.update("abc")
    #expect(
      hash.digest().hexadecimal
        == "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319")
  }

  /// draft-irtf-cfrg-xchacha-03, appendix A.3.1.
  @Test func `XChaCha20-Poly1305 gives the ciphertext of its specification, and takes it back`()
    throws
  {
    let plain = Array(
      ("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
        + "future, sunscreen would be it.").utf8)
    let key = [UInt8](0x80..<0xa0)
    let nonce = [UInt8](0x40..<0x58)
    let associated = try #require([UInt8](hexadecimal: "50515253c0c1c2c3c4c5c6c7"))
    let sealed = try AuthenticatedCipher.seal(
      plain.bytes, key: key.bytes, nonce: nonce, associated: associated.bytes)
    #expect(
      sealed.hexadecimal
        == "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
        + "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
        + "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
        + "21f9664c97637da9768812f615c68b13b52e" + "c0875924c1c7987947deafd8780acf49")
    guard
      let opened = try AuthenticatedCipher.open(
        sealed.bytes, key: key.bytes, nonce: nonce.bytes, associated: associated.bytes)
    else { throw TestFailure("it does not open") }
    #expect(Self.hexadecimal(opened) == plain.hexadecimal)
  }

  @Test func `XChaCha20-Poly1305 takes back nothing that was changed`() throws {
    let key = Self.key
    let nonce = [UInt8](repeating: 1, count: 24)
    let sealed = try AuthenticatedCipher.seal(
      [1, 2, 3].bytes, key: key.bytes, nonce: nonce, associated: [4].bytes)
    func opens(_ sealed: [UInt8], _ nonce: [UInt8], _ associated: [UInt8]) throws -> Bool {
      try AuthenticatedCipher.open(
        sealed.bytes, key: key.bytes, nonce: nonce.bytes, associated: associated.bytes) != nil
    }
    #expect(try opens(sealed, nonce, [4]))
    for place in sealed.indices {
      var changed = sealed
      changed[place] ^= 0x80
      #expect(try !opens(changed, nonce, [4]))
      #expect(try !opens(Array(sealed.prefix(place)), nonce, [4]))
    }
    #expect(try !opens(sealed, [UInt8](repeating: 2, count: 24), [4]))
    #expect(try !opens(sealed, nonce, [5]))
    #expect(try !opens(sealed, nonce, []))
  }

  /// Passphrase, salt, passes, KiB, key; by the reference implementation, version 0x13, one lane.
  private static let derivations:
    [(
      passphrase: String, salt: [UInt8], passes: UInt32, memory: UInt32, key: String
    )] = [
      (
        "correct horse", [UInt8](0..<16), 2, 19456,
        "d00b90c40f918cf889780d7d3a9ec3c2b1719df87dc5e4d4d93ea6163db04e17"
      ),
      (
        "p", [UInt8](repeating: 0xff, count: 16), 3, 20000,
        "1360cc0f31060f9fb3a19ffd0593c6019d8d4a4bdd6bd38bc2a3fd0ea6d7066f"
      ),
      (
        "p\u{e4}ssw\u{f6}rd", [UInt8](repeating: 0, count: 16), 2, 32768,
        "48f4ed71c32cbbdeb09e85d8ecfef207587143001f5d8810182c586a9e7a95d5"
      ),
      (
        String(repeating: "a", count: 1024), [UInt8](16..<32), 2, 19457,
        "88043e35ca7b40bfc5695fe1c30ab1504d1af0ad8ba9590831b87f54db002622"
      ),
    ]

  @Test func `Argon2id gives the known key`() throws {
    for c in Self.derivations {
      let key = try PassphraseDerivation(passes: c.passes, memory: c.memory).key(
        from: try SecretBytes(copying: Array(c.passphrase.utf8).bytes), salt: c.salt)
      #expect(Self.hexadecimal(key) == c.key, "\(c.passphrase.prefix(20))")
    }
  }

  /// BLAKE2b with the number as salt and `vault-01` as personalisation, by another implementation.
  @Test(
    arguments: [
      (.index, "cfb54ffda8afdbaeb08efcb8f45f9d8b93e6e1c67b9480e6c27b98c1a794d28d"),
      (.entries, "fd54181806438fb1b6a8d97adecacdb359efae09d18c3f4f801e79cac749ca4f"),
      (.commitment, "5f1471e4ef1aadfd4754d25ca9b81571b7fbdaaa1b133810154931cdd98d75f3"),
    ] as [(VaultKey.Purpose, String)])
  func `a subkey of a vault key has the known value`(_ purpose: VaultKey.Purpose, _ subkey: String)
    throws
  {
    let key = try VaultKey(copying: Self.key.bytes)
    #expect(Self.hexadecimal(key.subkey(purpose)) == subkey)
  }

  @Test func `the commitment to a vault key has the known value`() throws {
    let key = try VaultKey(copying: Self.key.bytes)
    #expect(
      try key.commitment(vaultID: [UInt8](0x20..<0x30)).hexadecimal
        == "5d805b0ff44a14d8555cc168965395994f218ada70946d22340c09894e2ea713")
  }
}
