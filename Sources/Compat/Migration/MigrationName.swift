internal import SealedFormat
internal import Vault

/// The name of an entry of the vault that undoes a part of a migration.
struct MigrationName {
  enum Part {
    /// A part of what undoes the change of a file: the file's number, and the part's.
    case file(Int, part: Int)
    /// A credential that the migration replaced.
    case replaced(CredentialRecord.Key)
  }

  /// The number of the migration.
  let migration: Int
  let part: Part

  init(_ migration: Int, _ part: Part) {
    self.migration = migration
    self.part = part
  }

  /// Reads a name; nil for one that this program does not know.
  init?(_ key: CredentialRecord.Key) {
    guard case .migration(let text, let account) = key else { return nil }
    let words = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard words.count == 4, let number = Int(counted: words[0]), number > 0 else { return nil }
    migration = number
    switch words[1] {
    case "f":
      guard let file = Int(counted: words[2]), let index = Int(counted: words[3]) else {
        return nil
      }
      part = .file(file, part: index)
    case "r":
      guard let kept = Self.key(kind: words[2], name: String(words[3]), account) else { return nil }
      part = .replaced(kept)
    default: return nil
    }
  }

  var key: CredentialRecord.Key {
    switch part {
    case .file: .migration(text)
    case .replaced(let key): .migration(text, account: key.account)
    }
  }

  /// The name without the account.
  var text: String {
    switch part {
    case .file(let file, let index): "\(migration)/f/\(file)/\(index)"
    case .replaced(let key): "\(migration)/r/\(Self.text(of: key))"
    }
  }

  private static func text(of key: CredentialRecord.Key) -> String {
    switch key {
    case .registry(let scope, _): "1/\(scope.text)"
    case .keyserver(let uri): "2/\(uri)"
    case .endpoint(let name): "3/\(name)"
    case .helperKey(let text, _): "4/\(text)"
    case .migration(let name, _): "5/\(name)"
    }
  }

  private static func key(
    kind: Substring, name: String, _ account: Account
  ) -> CredentialRecord.Key? {
    switch kind {
    case "1": (try? RegistryURI(name)).map { .registry($0.scope, account: account) }
    case "2": .keyserver(name)
    case "3": .endpoint(name)
    case "4": .helperKey(name, account: account)
    default: nil
    }
  }
}

extension Int {
  /// Reads a number that is written as this program writes it: without a sign and leading zeros.
  fileprivate init?(counted text: Substring) {
    guard let number = Int(text), String(number).utf8.elementsEqual(text.utf8), number >= 0 else {
      return nil
    }
    self = number
  }
}
