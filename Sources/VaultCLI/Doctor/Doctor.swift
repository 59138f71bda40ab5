import Compat
import Glibc
import Network
import SealedFormat
import Vault

/// Looks at everything that `vault` hangs on, changes nothing and asks nobody.
///
/// A fault of one thing hides none of the others.
struct Doctor {
  let session: Session
  let options: VaultOptions

  private var program: String { session.programName }

  /// All findings, in the order in which they matter.
  func findings() -> [Finding] {
    var found: [Finding] = []
    do throws(VaultError) {
      let access = try options.access(in: session, leavesMark: false, asksKeyring: false)
      let (locked, aboutVault) = vault(access)
      found += aboutVault
      found += keyring(access, locked)
      found += agent(locked)
      found += keyCommand(access, locked)
      found += keyFile(access)
    } catch {
      found.append(.fix(error, program))
    }
    let exposures = Exposures(in: session.environment)
    return found + memory() + clients(exposures) + plaintext(exposures)
  }

  // MARK: The vault

  private func vault(_ access: VaultAccess) -> (SealedVault?, [Finding]) {
    let locked: SealedVault
    do throws(VaultError) {
      guard let vault = try access.read() else {
        return (
          nil,
          [.note("There is no sealed vault at \(access.path)", "\(program) init, or a first login")]
        )
      }
      locked = vault
    } catch {
      return (nil, [.fix(error, program)])
    }
    return (locked, opening(of: locked, access) + onlySlot(of: locked))
  }

  /// Whether the vault opens without asking, and what is wrong with what opens it.
  private func opening(of locked: SealedVault, _ access: VaultAccess) -> [Finding] {
    let slots = locked.slots.map(\.kindName).joined(separator: ", ")
    var warnings: [Finding] = []
    do throws(VaultError) {
      let store = try access.openWithoutAsking(locked, keepsUnlocked: false) {
        warnings.append(.fix($0))
      }
      guard let store else {
        return [.note("The vault \(access.path) is locked (\(slots))", "\(program) unlock")]
          + warnings
      }
      let text = "The vault \(access.path) opens without asking (\(slots)) and has "
      return [.ok(text + Plural.logins(try store.list().count))] + warnings
    } catch {
      return [.fix(error, program)] + warnings
    }
  }

  private func onlySlot(of locked: SealedVault) -> [Finding] {
    guard locked.slots.count == 1, let slot = locked.slots.first else { return [] }
    let other = slot.takes(.passphrase) ? "key-file FILE" : "passphrase"
    return [
      .fix(
        "One \(slot.kindName) is the only way to open it: if it is lost, so are the logins",
        "\(program) slot add \(other)")
    ]
  }

  /// What lies about the key file that is named or recorded.
  private func keyFile(_ access: VaultAccess) -> [Finding] {
    var paths: [String] = []
    if let path = access.settings.keyFile {
      guard Path.exists(path) else {
        return [
          .fix(
            "The settings name the key file \(path), which is not there",
            "put it back, or  \(program) config unset key-file")
        ]
      }
      paths.append(path)
    }
    if case .keyFile(let path)? = access.source, !paths.contains(path) { paths.append(path) }
    return paths.filter { VaultPrompter.isBeside($0, vault: access.path) }.map {
      .fix(
        "The key file \($0) lies beside the vault: whoever copies the folder can open it",
        "move it elsewhere, then  \(program) config set key-file NEW-PLACE")
    }
  }

  // MARK: The desktop keyring

  private func keyring(_ access: VaultAccess, _ vault: SealedVault?) -> [Finding] {
    let isStore = access.settings.store == .secretService
    let isUsed = isStore || vault?.canAskKeyring == true
    let choice =
      isStore
      ? "Logins go to the desktop keyring, as the setting store says"
      : vault != nil
        ? "Logins go to the sealed vault"
        : "The first login goes to a sealed vault, unless another is chosen"
    var found: [Finding] = [.note(choice)]
    switch KeyringState(access.keyring) {
    case .unlocked:
      found.append(.ok("The desktop keyring answers and is unlocked"))
      found += items(access, isStore: isStore || vault == nil)
    case .locked:
      let text = "The desktop keyring is locked"
      found.append(isUsed ? .fix(text, "unlock it in the desktop session") : .note(text))
    case .noCollection:
      let text = "The desktop keyring has no default keyring, so it takes nothing"
      found.append(
        isUsed ? .fix(text, "make one in its own program and mark it as the default") : .note(text)
      )
    case .unreachable(let error):
      let text = "The desktop keyring is not used: \(error.words(program))"
      found.append(
        isUsed ? .fix(text, isStore ? "\(program) config set store sealed" : nil) : .note(text))
    }
    return found
  }

  /// What the keyring has of logins, and what is wrong with it.
  private func items(_ access: VaultAccess, isStore: Bool) -> [Finding] {
    do throws(VaultError) {
      let contents = try SecretServiceStore(access.keyring).contents()
      var found: [Finding] = contents.unusable.map {
        .fix(
          "The item \"\($0)\" of the desktop keyring names no server or no user: it is passed over",
          "remove it in the keyring's own program")
      }
      guard !contents.records.isEmpty else { return found }
      if contents.heldBack > 0 {
        found.append(
          .note(
            "The desktop keyring is unlocked, but asks before it gives out "
              + "\(Plural.logins(contents.heldBack)): without a display that fails",
            "turn its confirmation off, in KeePassXC in Settings, Secret Service Integration"))
      }
      let names = contents.records.compactMap(\.spellings.first).joined(separator: ", ")
      let text =
        "The desktop keyring has registry logins (\(names)): every program of the session can read "
        + "them, and their names even while it is locked"
      found.append(
        isStore ? .note(text) : .fix(text + "; they are not asked", "\(program) migrate"))
      return found
    } catch {
      return [.fix(error.about("The desktop keyring"), program)]
    }
  }

  // MARK: This machine

  private func memory() -> [Finding] {
    var limit = rlimit()
    _ = unsafe getrlimit(__rlimit_resource_t(__RLIMIT_MEMLOCK.rawValue), &limit)
    var found: [Finding] = []
    if limit.rlim_cur < 64 * 1024 {
      found.append(
        .fix(
          "Only \(limit.rlim_cur / 1024) KiB of memory can be locked: secrets may be written to swap",
          "ulimit -l 64, or the same in /etc/security/limits.conf"))
    } else {
      found.append(.ok("Enough memory can be locked against swapping"))
    }
    found.append(
      UnlockCache.isAvailable
        ? .ok("The kernel keeps the key of an unlocked vault")
        : .note(
          "The kernel keeps no keys here, so a vault cannot stay unlocked", "use a key file"))
    if let reason = RegistryClient.unavailability {
      found.append(.fix("Registries cannot be asked: \(reason)", "install libcurl4"))
    }
    return found
  }

  // MARK: Other programs

  private func clients(_ exposures: Exposures) -> [Finding] {
    let helpers = HelperFiles(session)
    var found: [Finding] = []
    for client in helpers.chosen([]) {
      do throws(VaultError) {
        for (path, state) in try helpers.setup.status(of: client) {
          if case .unreadable(_, let reason) = state {
            found.append(.fix("\(client.rawValue): \(reason)"))
            continue
          }
          found.append(
            state == .installed
              ? .ok("\(client.rawValue) asks the vault, by \(path)")
              : .fix(
                "\(client.rawValue) does not ask the vault (\(path): \(state.word))",
                "\(program) helper install \(client.rawValue)"))
        }
        if helpers.isInstalled(client) {
          found += helpers.setup.hints(for: client, exposures).map {
            .fix("\(client.rawValue): \($0.words(program))")
          }
        }
      } catch {
        found.append(.fix(error.about(client.rawValue), program))
      }
    }
    if let fault = helpers.programFault { found.append(.fix(fault)) }
    return found
  }

  /// The logins of other programs that are in the clear.
  private func plaintext(_ exposures: Exposures) -> [Finding] {
    let found =
      exposures.files.map {
        Finding.fix(
          "\($0.place.path) holds \(Plural.logins($0.names.count)) in the clear: "
            + $0.names.joined(separator: ", "), "\(program) migrate")
      } + exposures.refusals.map { .fix($0.error, program) } + exposures.notes.map { .note($0) }
    return found.isEmpty ? [.ok("No login lies in the clear where we know to look")] : found
  }
}
