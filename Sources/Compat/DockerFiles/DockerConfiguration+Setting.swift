internal import SealedFormat
internal import Vault

extension DockerConfiguration {
  /// Stands for the user name that an identity token does not need, as Azure's tools write it: programs
  /// pass over an entry whose `auth` has no user name.
  private static let nobody = "00000000-0000-0000-0000-000000000000"

  /// The text with an object for logins in it.
  consuming func readyForLogins() throws(VaultError) -> SecretBytes {
    guard document.root["auths"]?.kind != .object else { return takeText() }
    return try document.setting(["auths"], to: [.text("{}")]).takeText()
  }

  /// Gives the text away.
  consuming func takeText() -> SecretBytes { takeDocument().takeText() }

  /// Gives the document away.
  consuming func takeDocument() -> JSONDocument { document }

  /// The text with a login in it, in the place of what was there under this key.
  ///
  /// - Parameters:
  ///   - credential: The login to a registry.
  ///   - key: The key, to the letter.
  /// - Returns: The new text.
  /// - Throws: `invalidInput` where docker's form cannot hold it, `damaged` where the file is malformed.
  borrowing func setting(
    _ credential: borrowing Credential, at key: String
  ) throws(VaultError) -> SecretBytes {
    let path = ["auths", key]
    let isToken: Bool
    switch credential.record.username {
    case "", TokenUsername.registryToken: isToken = true
    default: isToken = false
    }
    let name =
      if isToken {
        "registrytoken"
      } else if credential.record.username
        == TokenUsername.identityToken
      { "identitytoken" } else { "auth" }
    var new = try JSONDocument(SecretBytes(copying: document.text.bytes), path: document.path)
    for member in ["username", "password", "auth", "identitytoken", "registrytoken"]
    where member != name && document.root.value(at: path + [member]) != nil {
      new = try new.removing(path + [member])
    }
    if name == "auth" {
      let pair = try Authorization.encodedPair(
        username: credential.record.username, secret: credential.secret.bytes)
      return try new.setting(
        path + [name], to: [.text("\""), .secret, .text("\"")], secret: pair.bytes
      ).takeText()
    }
    guard credential.secret.isUTF8() else {
      throw VaultError(.invalidInput, "the token is not UTF-8, which JSON cannot hold")
    }
    if name == "identitytoken" {
      let empty = try SecretBytes(copying: RawSpan())
      let pair = try Authorization.encodedPair(username: Self.nobody, secret: empty.bytes)
      new = try new.setting(
        path + ["auth"], to: [.text("\""), .secret, .text("\"")], secret: pair.bytes)
    }
    let token = try SecretBytes(capacity: credential.secret.bytes.jsonLength) {
      (output) throws(VaultError) in try output.append(jsonString: credential.secret.bytes)
    }
    return try new.setting(path + [name], to: [.secret], secret: token.bytes).takeText()
  }
}
