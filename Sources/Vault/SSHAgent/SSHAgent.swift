package import SealedFormat
internal import Glibc

/// The user's SSH agent, here or at the other end of a forwarded connection.
package struct SSHAgent: ~Copyable {
  private enum Message {
    static let requestIdentities: UInt8 = 11
    static let identitiesAnswer: UInt8 = 12
    static let signRequest: UInt8 = 13
    static let signResponse: UInt8 = 14
    static let failure: UInt8 = 5
  }

  /// The variable that names the agent's socket.
  static let variableName = "SSH_AUTH_SOCK"
  /// How long it may take to connect and to list the keys.
  private static let timeout = Duration.seconds(5)
  /// SSH_AGENT_RSA_SHA2_512, RFC 8332.
  private static let rsaSHA512Flag: [UInt8] = [0, 0, 0, 4]

  /// What to say of an agent without keys; a locked agent lists none.
  package static let hasNoKeys = VaultError(
    .unavailable, "the ssh-agent has no keys, or is locked: run 'ssh-add', or 'ssh-add -X'")

  private let connection: SSHAgentConnection
  /// The keys that it has, those of other algorithms included.
  package let keys: [SSHPublicKey]

  /// Connects and lists the keys.
  ///
  /// - Throws: `unreachable` if there is no agent, `unavailable` if it does not answer in time, `damaged` if
  ///   what it answers is malformed.
  package init(in environment: Environment) throws(VaultError) {
    guard let path = environment[Self.variableName] else {
      throw VaultError(
        .unreachable,
        "there is no ssh-agent (\(Self.variableName) is not set): start one, or log in with 'ssh -A'"
      )
    }
    let end = SteadyClock.now + Self.timeout
    let connection = try SSHAgentConnection(path: environment.absolute(path), until: end)
    let answer = try connection.exchange([Message.requestIdentities], until: end)
    keys = try Self.keys(in: answer.bytes)
    self.connection = connection
  }

  private static func keys(in bytes: RawSpan) throws(VaultError) -> [SSHPublicKey] {
    var fields = SSHFields(0..<bytes.byteCount)
    guard try fields.byte(in: bytes) == Message.identitiesAnswer else {
      throw VaultError(.unavailable, "the ssh-agent does not list its keys")
    }
    let count = try fields.number(in: bytes)
    var keys: [SSHPublicKey] = []
    while !fields.isAtEnd {
      let blob = try fields.string(in: bytes)
      let comment = try fields.string(in: bytes)
      keys.append(
        SSHPublicKey(blob: bytes.publicBytes(blob), comment: bytes.publicBytes(comment)))
    }
    guard keys.count == count else {
      throw VaultError(
        .damaged, "the ssh-agent lists \(keys.count) keys and claims to have \(count)")
    }
    return keys
  }

  /// Has a key sign a message, and returns the key of the slot that the signature gives.
  ///
  /// - Parameter timeout: How long it may take; the agent may ask the user.
  /// - Throws: `refused` if it does not sign, `unavailable` if it does not answer in time, `damaged` if
  ///   the answer is no signature of this algorithm.
  package func sign(
    _ message: [UInt8], with key: SSHPublicKey, timeout: Duration
  ) throws(VaultError) -> SlotSecret {
    guard let algorithm = key.algorithm else {
      throw VaultError(.invalidInput, "signatures of \(key.shown) cannot open a vault")
    }
    let flags: [UInt8] = if case .rsa = algorithm { Self.rsaSHA512Flag } else { [0, 0, 0, 0] }
    let request = [Message.signRequest] + key.blob.sshString + message.sshString + flags
    let answer = try connection.exchange(request, until: SteadyClock.now + timeout)
    let bytes = answer.bytes
    var fields = SSHFields(0..<bytes.byteCount)
    guard try fields.byte(in: bytes) == Message.signResponse else {
      throw VaultError(
        .refused,
        "the ssh-agent does not sign with \(key.shown): its question was not confirmed, or the key is for "
          + "other hosts only")
    }
    let place = try Self.signature(fields, in: bytes, algorithm)
    let signature = bytes.extracting(place)
    switch algorithm {
    case .ed25519(let publicKey):
      guard Ed25519.isValid(signature, of: message, by: publicKey) else {
        throw VaultError(.damaged, "the ssh-agent's signature is not by \(key.shown)")
      }
      return try SlotSecret(sshSignature: signature, paddedTo: Ed25519.signatureLength)
    case .rsa(let length):
      return try SlotSecret(sshSignature: signature, paddedTo: length)
    }
  }

  /// Where the signature itself is in an answer.
  private static func signature(
    _ fields: SSHFields, in bytes: RawSpan, _ algorithm: SSHPublicKey.Algorithm
  ) throws(VaultError) -> Range<Int> {
    var outer = fields
    let whole = try outer.string(in: bytes)
    var inner = SSHFields(whole)
    let name = try inner.string(in: bytes)
    let signature = try inner.string(in: bytes)
    let expected = if case .rsa = algorithm { "rsa-sha2-512" } else { "ssh-ed25519" }
    guard bytes.has(expected, at: name) else {
      throw VaultError(
        .damaged, "the ssh-agent's signature is of another algorithm than \(expected)")
    }
    guard outer.isAtEnd, inner.isAtEnd, !signature.isEmpty else {
      throw VaultError(.damaged, "the ssh-agent's signature is malformed")
    }
    return signature
  }
}
