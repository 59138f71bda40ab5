import SealedFormat
import Vault

/// What `doctor` says of the ways in that it must not try, because they may ask someone.
extension Doctor {
  /// Whether the ssh-agent has a key for the vault; it is asked for its keys, and for no signature.
  func agent(_ vault: SealedVault?) -> [Finding] {
    guard let vault, !vault.sshAgentSlots.isEmpty else { return [] }
    do throws(VaultError) {
      let agent = try SSHAgent(in: session.environment)
      guard let candidate = try agent.candidates(for: vault).first else {
        return [
          .note(
            "The ssh-agent has none of the keys that open the vault", "ssh-add, with one of them")
        ]
      }
      return [.ok("The ssh-agent has a key that opens the vault: \(candidate.key.shown)")]
    } catch {
      return [.note("No SSH key opens the vault here: \(error.words(session.programName))")]
    }
  }

  /// Whether the program that is named to open the vault is there.
  func keyCommand(_ access: VaultAccess, _ vault: SealedVault?) -> [Finding] {
    var commands: [KeyCommand] = []
    if case .keyCommand(let command)? = access.source { commands.append(command) }
    if let vault, let recorded = access.recordedCommand(for: vault) { commands.append(recorded) }
    return commands.map { command in
      do throws(VaultError) {
        return .ok(
          "The program \(try command.file) is named to open the vault, and is not run here")
      } catch {
        return .fix("The key command cannot be run: \(error.words(session.programName))")
      }
    }
  }
}
