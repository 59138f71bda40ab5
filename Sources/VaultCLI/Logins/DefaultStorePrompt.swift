import SealedFormat
import Vault

/// Chooses the store of a login if no option names one.
///
/// Before there is a vault, the user is asked if the desktop keyring is there and unlocked.
struct DefaultStorePrompt {
  private let prompter: VaultPrompter

  init(_ prompter: VaultPrompter) { self.prompter = prompter }

  /// - Throws: `refused` for any other answer than those that are offered.
  func store() throws(VaultError) -> any LoginStore {
    let access = prompter.access
    switch access.settings.store {
    case .sealed: return try prompter.openOrMake()
    case .secretService: return try prompter.keyringStore()
    case nil: break
    }
    if let vault = try access.read() { return try prompter.open(vault) }
    guard access.source == nil,
      (try? Terminal(path: prompter.session.terminalPath)) != nil,
      case .unlocked = KeyringState(access.keyring)
    else { return try prompter.make() }
    return try ask()
  }

  private func ask() throws(VaultError) -> any LoginStore {
    prompter.console.info(
      """
      There is no vault yet, and the desktop keyring is open. Where shall logins be kept?
        1  In the sealed file, which the keyring opens by itself. Registries and users stay hidden.
        2  In the sealed file, which a passphrase opens.
        3  In the keyring itself, where docker's own helper finds them too. Every program of this
           session can read them, and sees registries and users even while it is locked.
      """)
    switch try prompter.session.answer(to: "1, 2 or 3 [1]:") {
    case nil, "", "1":
      return try prompter.makeWithKeyring(hasRecovery: true)
    case "2":
      return try prompter.make()
    case "3":
      let path = try prompter.session.environment.settingsFile
      let store = Settings.Store.secretService.rawValue
      try SettingsFile.set(.store, to: store, path: path)
      prompter.console.info("Recorded 'store = \(store)' in \(path)")
      return try prompter.keyringStore()
    default:
      throw VaultError(.refused, "that is none of 1, 2 and 3: nothing was changed")
    }
  }
}
