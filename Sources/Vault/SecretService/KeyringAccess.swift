package import SealedFormat

/// How a program gets at the desktop keyring, without asking anything of it yet.
package struct KeyringAccess: Sendable {
  private let environment: Environment
  let timeout: Duration
  /// Whether the keyring may open a window to ask the user, as for its password.
  private(set) var mayAsk: Bool

  /// Finds out where the keyring would be.
  ///
  /// - Parameters:
  ///   - environment: Names the session bus, and the display that a question needs.
  ///   - timeout: How long each answer may take.
  ///   - isInteractive: Whether the user is there to be asked.
  package init(environment: Environment, timeout: Duration, isInteractive: Bool) {
    self.environment = environment
    self.timeout = timeout
    mayAsk =
      isInteractive && (environment["DISPLAY"] != nil || environment["WAYLAND_DISPLAY"] != nil)
  }

  /// The same keyring, which asks nobody.
  package var withoutAsking: KeyringAccess {
    var access = self
    access.mayAsk = false
    return access
  }

  /// Where the bus is; nil where none is named.
  ///
  /// Looked up only when the keyring is asked.
  var address: BusAddress? { BusAddress(environment) }

  /// Makes sure that the keyring can take something to keep, before anything depends on it.
  ///
  /// - Throws: `unreachable` where there is none, `unavailable` where it is locked and cannot ask for its
  ///   password, `configuration` where it has no keyring for new items.
  package func checkTakesItems() throws(VaultError) {
    switch KeyringState(self) {
    case .unlocked: return
    case .unreachable(let error): throw error
    case .locked: guard mayAsk else { throw VaultError.keyringIsLocked }
    case .noCollection: throw VaultError.keyringHasNoDefault
    }
  }
}

/// How things stand with the desktop keyring.
package enum KeyringState: Sendable {
  /// It answers, and its usual collection is unlocked.
  case unlocked
  /// It answers, and its usual collection is locked.
  case locked
  /// It answers, and has no usual collection, in which new items would be kept.
  case noCollection
  /// There is none, or it does not answer.
  case unreachable(VaultError)

  /// Looks.
  ///
  /// - Parameter access: Where it is.
  package init(_ access: KeyringAccess) {
    do throws(VaultError) {
      let service = try SecretService(
        access, needsSecrets: false, [SecretService.isDefaultLocked])
      switch try SecretService.isLocked(service.firstReplies) {
      case true?: self = .locked
      case false?: self = .unlocked
      case nil: self = .noCollection
      }
    } catch {
      self = .unreachable(error)
    }
  }
}
