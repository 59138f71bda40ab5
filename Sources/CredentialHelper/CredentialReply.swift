import SealedFormat
import Vault

/// What the protocol answers, as lines of JSON.
enum CredentialReply {
  /// `{"ServerURL":…,"Username":…,"Secret":…}`, with the server as it was asked for.
  static func line(
    serverURL: String, _ credential: borrowing Credential
  ) throws(VaultError) -> SecretBytes {
    guard credential.secret.isUTF8() else {
      throw VaultError(.invalidInput, "the secret is not UTF-8, so JSON cannot hold it")
    }
    let server = Array(serverURL.utf8)
    let username = Array(credential.record.username.utf8)
    let capacity =
      server.bytes.jsonLength + username.bytes.jsonLength + credential.secret.bytes.jsonLength + 48
    return try SecretBytes(capacity: capacity) { (output) throws(VaultError) in
      try output.append("{\"ServerURL\":")
      try output.append(jsonString: server.bytes)
      try output.append(",\"Username\":")
      try output.append(jsonString: username.bytes)
      try output.append(",\"Secret\":")
      try output.append(jsonString: credential.secret.bytes)
      try output.append("}\n")
    }
  }

  /// `{"<server>":"<user name>",…}`, in the order of the servers; no secrets.
  static func list(_ names: [String: String]) throws(VaultError) -> SecretBytes {
    let lines = names.sorted { $0.key < $1.key }.map { (Array($0.key.utf8), Array($0.value.utf8)) }
    let capacity = lines.reduce(3) { $0 + $1.0.bytes.jsonLength + $1.1.bytes.jsonLength + 2 }
    return try SecretBytes(capacity: capacity) { (output) throws(VaultError) in
      try output.append("{")
      for (place, line) in lines.enumerated() {
        if place > 0 { try output.append(",") }
        try output.append(jsonString: line.0.bytes)
        try output.append(":")
        try output.append(jsonString: line.1.bytes)
      }
      try output.append("}\n")
    }
  }
}
