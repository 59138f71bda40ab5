internal import SealedFormat

/// What a registry or its token server said when it refused a credential.
struct Refusal: Error {
  /// Whether it says that the credential has expired.
  let speaksOfExpiry: Bool
}

extension VaultError {
  /// The error if a registry or its token server refuses a credential.
  static func refused(by server: WebAddress, hasName: Bool, _ words: RegistryWords) -> VaultError {
    let what = hasName ? "user name or the password" : "identity token"
    return VaultError(
      .refused, "\(server.origin) refused the \(what)\(words.suffix)",
      cause: Refusal(speaksOfExpiry: words.speaksOfExpiry))
  }
}
