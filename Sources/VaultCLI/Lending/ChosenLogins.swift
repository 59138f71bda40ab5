import Compat
import SealedFormat
import Vault

/// The logins that a command is about, with the vault open once for all of them.
struct ChosenLogins: ~Copyable {
  private let stores: LoginStores
  private let vault: SealedStore?
  private let names: [String]
  /// What the desktop keyring has, where all logins are meant.
  private let inKeyring: [CredentialRecord]

  /// Opens the vault.
  ///
  /// - Parameters:
  ///   - stores: Where the logins are.
  ///   - names: Addresses, or what else is listed; none means all of the vault and of a desktop keyring that
  ///     the settings name.
  /// - Throws: `notFound` where there is no vault, and no name.
  init(_ stores: LoginStores, _ names: [String]) throws(VaultError) {
    let vault = try stores.opening.open()
    var kept: [CredentialRecord] = []
    if names.isEmpty {
      let hasVault = vault != nil
      kept =
        try stores.opening.access.askKeyring(besideVault: hasVault) {
          store throws(VaultError) in try store.list()
        } ?? []
      if !hasVault, kept.isEmpty { throw stores.opening.missing() }
    }
    self.stores = stores
    self.vault = vault
    self.names = names
    inKeyring = kept
  }

  /// Gives out each login, with the name to call it by.
  ///
  /// - Throws: `notFound`, before anything is given out, where one that is named is not there; and what
  ///   `body` throws.
  borrowing func forEach(
    _ body: (borrowing Credential, String) throws(VaultError) -> Void
  ) throws(VaultError) {
    guard names.isEmpty else {
      var missing: [String] = []
      for name in names where try find(name) == nil { missing.append(name.escapingControls) }
      guard missing.isEmpty else {
        throw VaultError(
          .notFound,
          "there is no login to \(missing.joined(separator: ", ")): nothing was done")
      }
      for name in names {
        if let credential = try find(name) { try body(credential, name) }
      }
      return
    }
    for record in try vault?.list() ?? [] {
      guard let credential = try vault?.find(record.key) else { continue }
      try body(credential, record.spellings.first ?? "a login")
    }
    for record in inKeyring {
      guard let server = record.serverURL, try vault?.find(record.key) == nil,
        let credential = try findInKeyring(server)
      else { continue }
      try body(credential, record.spellings.first ?? "a login")
    }
  }

  private borrowing func findInKeyring(_ server: String) throws(VaultError) -> Credential? {
    try stores.opening.access.askKeyring(besideVault: vault != nil) { store throws(VaultError) in
      try store.find(serverURL: server)
    }
  }

  /// The login that serves an address, or that is listed just so.
  borrowing func find(_ name: String) throws(VaultError) -> Credential? {
    if let credential = try vault?.find(address: name) { return credential }
    if let credential = try findInKeyring(name) { return credential }
    guard let scope = try? RegistryURI(name).scope else { return nil }
    return try stores.findUnencrypted(scope)
  }

  /// The token of a remote endpoint.
  borrowing func find(endpoint name: String) throws(VaultError) -> Credential? {
    try vault?.find(.endpoint(name))
  }

  /// The login that serves a registry.
  borrowing func find(_ scope: RegistryScope) throws(VaultError) -> Credential? {
    if let credential = try vault?.find(scope) { return credential }
    let kept = try stores.opening.access.askKeyring(besideVault: vault != nil) {
      store throws(VaultError) in try store.find(scope)
    }
    if let kept { return kept }
    return try stores.findUnencrypted(scope)
  }
}
