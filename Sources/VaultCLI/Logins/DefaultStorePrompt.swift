import SealedFormat
import Vault

/// Where the first login goes, where nobody has said: asked on the terminal if the desktop keyring is
/// there and unlocked, else the sealed file.
struct DefaultStorePrompt {
  private let opening: VaultOpening

  init(_ opening: VaultOpening) { self.opening = opening }

  /// The store to use.
  ///
  /// - Throws: `configuration` where the settings name no store, `refused` where the question is not
  ///   answered.
  func store() throws(VaultError) -> StoreChoice {
    let access = opening.access
    if let named = access.settings.store { return named == .sealed ? .sealed : .secretService }
    guard try access.sealed() == nil, access.source == nil,
      let terminal = try? Terminal(path: opening.session.terminalPath),
      case .unlocked = KeyringState(access.keyring)
    else { return .sealed }
    opening.console.info(
      """
      There is no vault yet, and the desktop keyring is open. Where shall logins be kept?
        1  In the sealed file, which the keyring opens by itself. Registries and users stay hidden.
        2  In the sealed file, which a passphrase opens.
        3  In the keyring itself, where docker's own helper finds them too. Every program of this
           session can read them, and sees registries and users even while it is locked.
      """)
    let answer = try terminal.ask("1, 2 or 3 [1]: ", isHidden: false, limit: 16)
    switch unsafe answer.bytes.withUnsafeBytes({ unsafe String(decoding: $0, as: UTF8.self) }) {
    case "", "1":
      _ = try opening.makeWithKeyring(hasRecovery: true)
      return .sealed
    case "2":
      return .sealed
    case "3":
      let path = try opening.session.environment.settingsFile
      try SettingsFile.set(.store, to: StoreChoice.secretService.rawValue, path: path)
      opening.console.info("Recorded 'store = secret-service' in \(path)")
      return .secretService
    default:
      throw VaultError(.refused, "that is none of 1, 2 and 3: nothing was changed")
    }
  }
}
