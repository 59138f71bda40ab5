import SealedFormat
import Vault

/// What a client wants stored: `{"ServerURL":…,"Username":…,"Secret":…}`.
struct StoreRequest: ~Copyable {
  let serverURL: String
  let username: String
  private let secret: SecretBytes

  /// Reads a request.
  ///
  /// - Parameter text: All of standard input.
  /// - Throws: `damaged` for what is not JSON, `invalidInput` for a missing member, in the words that
  ///   clients know.
  init(_ text: borrowing SecretBytes) throws(VaultError) {
    var serverURL = ""
    var username = ""
    var secret = try SecretBytes(copying: RawSpan())
    var reader = JSONReader(text.bytes, name: "the input")
    do throws(VaultError) {
      try reader.beginObject()
      while let member = try reader.nextMember() {
        switch member {
        case "ServerURL": serverURL = try reader.readString()
        case "Username": username = try reader.readString()
        case "Secret": secret = try reader.readSecret()
        default: continue
        }
      }
      try reader.finish()
    } catch {
      // Upstream's words for input that ends too early.
      guard error.code == .damaged, reader.offset == text.count else { throw error }
      throw VaultError(.damaged, text.isBlank ? "EOF" : "unexpected EOF", cause: error)
    }
    guard !serverURL.isEmpty else {
      throw VaultError(.invalidInput, "no credentials server URL")
    }
    guard !username.isEmpty else { throw VaultError(.invalidInput, "no credentials username") }
    for (name, value) in [("server URL", serverURL), ("user name", username)]
    where value.hasControls {
      throw VaultError(.invalidInput, "the \(name) has a control character")
    }
    self.serverURL = serverURL
    self.username = username
    self.secret = secret
  }

  consuming func takeSecret() -> SecretBytes { secret }
}

extension SecretBytes {
  fileprivate var isBlank: Bool {
    let bytes = bytes
    return (0..<bytes.byteCount).allSatisfy { bytes[$0].isSpace }
  }
}
