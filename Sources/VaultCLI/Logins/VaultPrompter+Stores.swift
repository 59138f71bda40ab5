import Compat
import SealedFormat
import Vault

extension VaultPrompter {
  /// Opens the vault, and returns all stores in which logins are looked for.
  func stores() throws(VaultError) -> LoginStores {
    LoginStores(
      access.stores(try open()) + plaintextStores(),
      warn: { [console] in console.warning($0) })
  }

  /// The stores that are not encrypted; none if their place is not known, because HOME is not set.
  func plaintextStores() -> [any LoginStore] {
    let warn: @Sendable (String) -> Void = { [console] in console.warning($0) }
    guard let apptainer = try? ApptainerStore(session.environment, warn: warn) else { return [] }
    return [apptainer.index, apptainer]
  }

  /// The logins of an open store and of all others; nil if another cannot be read without asking.
  func listWithoutAsking(beside open: any LoginStore) -> [CredentialRecord]? {
    do throws(VaultError) {
      var vault = open as? VaultStore
      if vault == nil, let locked = try access.read() {
        vault = try access.openWithoutAsking(locked, keepsUnlocked: false, warn: { _ in })
        guard vault != nil else { return nil }
      }
      var records: [CredentialRecord] = []
      for store in access.stores(vault) + plaintextStores() {
        let isKeyring = store is SecretServiceStore
        let quiet = SecretServiceStore(access.keyring.withoutAsking, mayBeMissing: true)
        records += try (isKeyring ? quiet : store).list()
      }
      return records
    } catch {
      return nil
    }
  }

  /// The desktop keyring, after making sure that it can take a login.
  func keyringStore() throws(VaultError) -> SecretServiceStore {
    try access.keyring.checkTakesItems()
    return SecretServiceStore(access.keyring)
  }
}
