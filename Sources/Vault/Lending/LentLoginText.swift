package import SealedFormat

/// The content of `lent.json`: what docker-credential-vault answers from while a command is lent logins.
///
/// `{"logins":[{"host":"registry.example.com","prefix":"team","user":"alice","secret":"…"}]}`; an opaque
/// key of docker's protocol stands as `key` instead of `host` and `prefix`.
package struct LentLoginText: ~Copyable {
  package static let fileName = "lent.json"

  /// Everything but the closing brackets.
  private var text: SecretBytes
  private var isFirst = true

  package init() throws(VaultError) {
    let start = Array(#"{"logins":["#.utf8)
    text = try SecretBytes(copying: start.bytes)
  }

  /// Adds a login of a registry or of docker's protocol; others, and secrets that JSON cannot hold, are
  /// not for the helper and are left out.
  package mutating func add(_ credential: borrowing Credential) throws(VaultError) {
    guard credential.secret.isUTF8() else { return }
    let record = credential.record
    let members: [(name: String, value: [UInt8])]
    switch record.key {
    case .registry(let scope, _):
      members = [("host", Array(scope.authority.utf8)), ("prefix", Array(scope.path.utf8))]
    case .helperKey(let key, _): members = [("key", Array(key.utf8))]
    case .keyserver, .endpoint, .migration: return
    }
    let username = Array(record.username.utf8)
    let longest = 64 + members.reduce(0) { $0 + $1.value.bytes.jsonLength }
    let capacity =
      text.count + longest + username.bytes.jsonLength + credential.secret.bytes.jsonLength
    let start = isFirst ? "{" : ",{"
    text = try SecretBytes(capacity: capacity) { (output) throws(VaultError) in
      try output.append(contentsOf: text.bytes)
      try output.append(start)
      for (name, value) in members {
        try output.append("\"\(name)\":")
        try output.append(jsonString: value.bytes)
        try output.append(",")
      }
      try output.append("\"user\":")
      try output.append(jsonString: username.bytes)
      try output.append(",\"secret\":")
      try output.append(jsonString: credential.secret.bytes)
      try output.append("}")
    }
    isFirst = false
  }

  /// The whole file.
  package borrowing func finished() throws(VaultError) -> SecretBytes {
    try SecretBytes(capacity: text.count + 3) { (output) throws(VaultError) in
      try output.append(contentsOf: text.bytes)
      try output.append("]}\n")
    }
  }
}
