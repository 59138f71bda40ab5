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
    guard let apptainer = try? ApptainerStore(session.environment) else { return [] }
    return [apptainer.index, apptainer]
  }

  /// The desktop keyring, after making sure that it can take a login.
  func keyringStore() throws(VaultError) -> SecretServiceStore {
    try access.keyring.checkTakesItems()
    return SecretServiceStore(access.keyring)
  }
}
