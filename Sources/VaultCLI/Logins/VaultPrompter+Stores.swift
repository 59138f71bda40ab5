import Compat
import SealedFormat
import Vault

extension VaultPrompter {
  /// Opens the vault, and returns all stores in which logins are looked for.
  func stores() throws(VaultError) -> LoginStores {
    LoginStores(
      access.stores(try open()) + (try plaintextStores()),
      warn: { [console] in console.warning($0) })
  }

  /// The stores that are not encrypted.
  func plaintextStores() throws(VaultError) -> [any LoginStore] {
    let apptainer = try ApptainerStore(session.environment)
    return [apptainer.index, apptainer]
  }

  /// The desktop keyring, after making sure that it can take a login.
  func keyringStore() throws(VaultError) -> SecretServiceStore {
    try access.keyring.checkTakesItems()
    return SecretServiceStore(access.keyring)
  }
}
