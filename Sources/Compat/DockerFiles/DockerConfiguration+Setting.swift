internal import SealedFormat
internal import Vault

extension DockerConfiguration {
  /// Stands for the user name that an identity token does not need, as Azure's tools write it: programs
  /// pass over an entry whose `auth` has no user name.
  private static let anyUser = "00000000-0000-0000-0000-000000000000"

  /// The name by which the file has docker's field, or docker's own spelling of it.
  func name(ofField field: String, default name: String) -> String {
    document.root.fields(field).last?.name ?? name
  }

  /// The name of the member with the logins.
  private var auths: String { name(ofField: "auths", default: "auths") }

  /// The text with an object for logins in it.
  consuming func readyForLogins() throws(VaultError) -> SecretBytes {
    let auths = auths
    guard document.root[auths]?.kind != .object else { return takeText() }
    return try document.setting([auths], to: [.text("{}")]).takeText()
  }

  /// The text with a login in it, in the place of what was under this key.
  ///
  /// - Parameters:
  ///   - credential: The login to a registry.
  ///   - key: The key, byte for byte.
  /// - Throws: `invalidInput` if docker's form cannot hold it, `damaged` if the file is malformed.
  borrowing func setting(
    _ credential: borrowing Credential, at key: String
  ) throws(VaultError) -> SecretBytes {
    let path = [auths, key]
    let name =
      switch credential.record.username {
      case "", TokenUsername.registryToken: "registrytoken"
      case TokenUsername.identityToken: "identitytoken"
      default: "auth"
      }
    var new = try JSONDocument(SecretBytes(copying: document.text.bytes), path: document.path)
    let fields = Entry.Field.allCases.map(\.rawValue) + ["username"]
    let others = (document.root.value(at: path)?.members ?? []).map(\.name).filter { member in
      !member.hasSameBytes(as: name) && fields.contains { member.isGoField($0) }
    }
    for member in others { new = try new.removing(path + [member]) }
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
      let pair = try Authorization.encodedPair(username: Self.anyUser, secret: empty.bytes)
      new = try new.setting(
        path + ["auth"], to: [.text("\""), .secret, .text("\"")], secret: pair.bytes)
    }
    let token = try SecretBytes(capacity: credential.secret.bytes.jsonLength) {
      (output) throws(VaultError) in try output.append(jsonString: credential.secret.bytes)
    }
    return try new.setting(path + [name], to: [.secret], secret: token.bytes).takeText()
  }
}
