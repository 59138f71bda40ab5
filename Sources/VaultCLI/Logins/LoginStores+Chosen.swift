import SealedFormat
import Vault

extension LoginStores {
  /// Lends each login that is named, with its name; without names all logins that are encrypted.
  ///
  /// - Throws: `notFound`, before anything is lent, if a login that is named is missing.
  func forEach(
    _ names: [String], _ body: (borrowing Credential, String) throws(VaultError) -> Void
  ) throws(VaultError) {
    guard names.isEmpty else { return try forEach(named: names, body) }
    var lent: Set<CredentialRecord.Key> = []
    for store in all where !store.isPlaintext {
      for record in try store.list() where lent.insert(record.key).inserted {
        guard let credential = try store.find(.listed(record)) else { continue }
        try body(credential, record.spellings.first ?? "a login")
      }
    }
  }

  private func forEach(
    named names: [String], _ body: (borrowing Credential, String) throws(VaultError) -> Void
  ) throws(VaultError) {
    var missing: [String] = []
    for name in names where try find(.address(name)) == nil {
      missing.append(name.hidingAddressSecrets)
    }
    guard missing.isEmpty else {
      throw VaultError(
        .notFound, "there is no login to \(missing.joined(separator: ", ")): nothing was done")
    }
    for name in names {
      if let credential = try find(.address(name)) { try body(credential, name) }
    }
  }
}
