internal import SealedFormat

/// Opening a vault by the user's SSH agent.
extension VaultAccess {
  /// The most signatures that are asked for, because a file could have a slot for each key many times, and
  /// the agent may ask the user each time.
  private static let signatureLimit = 8

  /// Opens the vault by a key that the agent holds; nil if none of them does.
  ///
  /// Nothing is kept: the agent is asked each time, so that a removed key opens nothing any more.
  func openByAgent(
    _ vault: SealedVault, warn: (String) -> Void
  ) throws(VaultError) -> VaultStore? {
    func explain(_ reason: String) { warn("No SSH key opens the vault: \(reason)") }
    let turn: ProgramTurn?
    do throws(VaultError) { turn = try self.turn("agent", vault) } catch {
      explain("another command waits for the ssh-agent")
      return nil
    }
    let agent: SSHAgent
    do throws(VaultError) { agent = try SSHAgent(in: programs.environment) } catch {
      explain(error.message)
      return nil
    }
    return try open(vault, by: agent, turn, explain)
  }

  private func open(
    _ vault: SealedVault, by agent: borrowing SSHAgent, _ turn: borrowing ProgramTurn?,
    _ explain: (String) -> Void
  ) throws(VaultError) -> VaultStore? {
    var fault =
      agent.keys.isEmpty
      ? SSHAgent.hasNoKeys.message
      : "the ssh-agent has none of the keys that do: run 'ssh-add' with one of them"
    let end = SteadyClock.now + programs.timeout
    for (slot, key) in try agent.candidates(for: vault).prefix(Self.signatureLimit) {
      let secret: SlotSecret
      do throws(VaultError) {
        secret = try agent.sign(
          vault.messageToSign(for: slot), with: key, timeout: end - SteadyClock.now)
      } catch {
        fault = error.message
        // After another failure, what comes next on the connection may be a late answer.
        guard error.code == .refused else { break }
        continue
      }
      if let store = try open(vault, with: secret) { return store }
      fault = "the signature of \(key.shown) opens no slot"
    }
    explain(fault)
    return nil
  }

  /// The right to ask an agent or to run a program, so that the user sees one question at a time; nil if there
  /// is no folder for locks.
  ///
  /// - Throws: `unavailable` if another process has it for too long.
  func turn(_ name: String, _ vault: SealedVault) throws(VaultError) -> ProgramTurn? {
    do throws(VaultError) {
      return try ProgramTurn(
        key: name + "-" + vault.identifier.hexadecimal, in: programs.environment,
        timeout: programs.timeout)
    } catch {
      guard error.code == .unavailable else { return nil }
      throw error
    }
  }
}
