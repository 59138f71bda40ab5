package import SealedFormat

/// The stores in which logins are looked for, in the order in which they are asked.
package struct LoginStores {
  package let all: [any LoginStore]
  private let warn: @Sendable (String) -> Void

  /// `warn` is told if a login that was found is not encrypted.
  package init(_ all: [any LoginStore], warn: @escaping @Sendable (String) -> Void) {
    self.all = all
    self.warn = warn
  }

  /// The vault, if it is one of them.
  package var vault: VaultStore? { all.lazy.compactMap { $0 as? VaultStore }.first }

  /// The login of the first store that has one.
  package func find(_ query: LoginQuery) throws(VaultError) -> Credential? {
    for store in all {
      guard let credential = try store.find(query) else { continue }
      // No registry takes one; a client would go on without a login, or overwrite a good one.
      guard !credential.secret.isEmpty else {
        throw VaultError(
          .damaged, "the login in \(store.place) has an empty secret: store it again")
      }
      if store.isPlaintext { warn("This login is stored unencrypted in \(store.place)") }
      return credential
    }
    return nil
  }
}

extension VaultAccess {
  /// The stores that every program asks: the vault file if there is one, then the desktop keyring if the
  /// settings name it or there is no vault file.
  package func stores(_ vault: VaultStore?) -> [any LoginStore] {
    var stores: [any LoginStore] = []
    if let vault { stores.append(vault) }
    let isNamed = settings.store == .secretService
    // Without a vault docker's helper may have left logins in a keyring; on a server there is none.
    if isNamed || vault == nil {
      stores.append(SecretServiceStore(keyring, mayBeMissing: !isNamed))
    }
    return stores
  }

  /// Whether the desktop keyring may be asked, as a store or for a key that opens the vault.
  ///
  /// If the vault cannot be read, the keyring is not the problem.
  package var mayAskKeyring: Bool {
    guard keyring.address != nil else { return false }
    if settings.store == .secretService { return true }
    do throws(VaultError) { return try read(checksDigest: false)?.canAskKeyring ?? true } catch {
      return false
    }
  }
}
