package import SealedFormat

/// How a program gets at the desktop keyring, without asking anything of it yet.
package struct KeyringAccess: Sendable {
  private let environment: Environment
  let timeout: Duration
  /// How far the keyring may go to ask the user.
  enum Asking {
    /// It may do nothing that could open a window.
    case never
    /// It may not ask for its password. What it asks while it is unlocked has to be answered as fast as any
    /// call: KeePassXC wraps everything in a question that needs no answer.
    case briefly
    /// It may open a window, also for its password, and has a minute.
    case always
  }

  private(set) var asking: Asking

  /// Finds out where the keyring would be.
  ///
  /// - Parameters:
  ///   - environment: Names the session bus, and the display that a question needs.
  ///   - timeout: How long each answer may take.
  ///   - isInteractive: Whether the user is there to be asked.
  package init(environment: Environment, timeout: Duration, isInteractive: Bool) {
    self.environment = environment
    self.timeout = timeout
    let hasDisplay = environment["DISPLAY"] != nil || environment["WAYLAND_DISPLAY"] != nil
    asking = isInteractive && hasDisplay ? .always : .briefly
  }

  /// The same keyring, which asks nobody.
  package var withoutAsking: KeyringAccess {
    var access = self
    access.asking = .never
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
    case .locked: guard asking == .always else { throw VaultError.keyringIsLocked }
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
      var service = try SecretService(access.withoutAsking, needsSecrets: false)
      switch try service.isDefaultUsable() {
      case true?: self = .unlocked
      case false?: self = .locked
      case nil: self = .noCollection
      }
    } catch {
      self = .unreachable(error)
    }
  }
}
