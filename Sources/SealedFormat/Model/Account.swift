/// The name that keeps apart several logins to one registry.
package struct Account: Hashable, Sendable {
  /// The one that is meant if none is named.
  package static let standard = Account(known: "")
  /// The most characters of a name.
  static let longestName = 64

  /// Empty for the standard account.
  package let name: String

  /// Checks a name.
  ///
  /// - Throws: `invalidInput` unless it is empty or 1 to 64 characters of `a-z0-9._-`.
  package init(_ name: String) throws(VaultError) {
    guard Self.isName(name.utf8) else {
      throw VaultError(
        .invalidInput,
        "\"\(name.escapingControls)\" is not an account: write 1 to \(Self.longestName) characters "
          + "of a-z, 0-9, \".\", \"_\" and \"-\"")
    }
    self.name = name
  }

  private init(known name: String) { self.name = name }

  /// Whether the bytes are an account's name; the empty one is.
  static func isName(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.count <= longestName
      && bytes.allSatisfy { $0.isLowercaseLetter || $0.isDigit || "._-".utf8.contains($0) }
  }
}
