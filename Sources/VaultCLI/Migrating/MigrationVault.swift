import Compat
import SealedFormat
import Vault

/// The vault of a migration, which is made once there is something to seal.
struct MigrationVault {
  private let prompter: VaultPrompter
  private var store: VaultStore?
  /// Whether its logins can be compared; not if it is locked, which a dry run accepts.
  private let isKnown: Bool

  init(_ prompter: VaultPrompter, isDryRun: Bool) throws(VaultError) {
    self.prompter = prompter
    do throws(VaultError) {
      if let vault = try prompter.access.read() { store = try prompter.open(vault) }
      isKnown = true
    } catch {
      guard isDryRun, error.code == .unavailable else { throw error }
      prompter.console.warning("The vault is locked: what it has already is not known")
      isKnown = false
    }
  }

  /// Finds what the vault has by now; nil if that is not known.
  var find: MigrationPlan.LookUp? {
    guard isKnown else { return nil }
    let store = store
    return { (key) throws(VaultError) in try store?.find(key) }
  }

  /// The open vault, which is made first if there is none.
  mutating func opened() throws(VaultError) -> VaultStore {
    if let store { return store }
    let made = try prompter.make()
    store = made
    return made
  }
}
