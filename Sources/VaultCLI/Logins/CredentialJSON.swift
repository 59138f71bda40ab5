import SealedFormat
import Vault

/// A credential as one line of JSON: `{"secret":…,"username":…}`.
enum CredentialJSON {
  /// - Throws: `invalidInput` where the secret is not UTF-8, which JSON cannot hold.
  static func line(of credential: borrowing Credential) throws(VaultError) -> SecretBytes {
    guard credential.secret.isUTF8() else {
      throw VaultError(
        .invalidInput, "the secret is not UTF-8, so JSON cannot hold it: leave out --format json")
    }
    let username = Array(credential.record.username.utf8)
    let capacity = credential.secret.bytes.jsonLength + username.bytes.jsonLength + 32
    return try SecretBytes(capacity: capacity) { (output) throws(VaultError) in
      try output.append("{\"secret\":")
      try output.append(jsonString: credential.secret.bytes)
      try output.append(",\"username\":")
      try output.append(jsonString: username.bytes)
      try output.append("}\n")
    }
  }
}
