import SealedFormat
import Vault

/// The keys of the user's SSH agent, as ways to open a vault.
struct AgentKeys {
  /// How long the user may take to answer the agent.
  private static let timeout = Duration.seconds(60)

  private let prompter: VaultPrompter

  init(_ prompter: VaultPrompter) { self.prompter = prompter }

  /// Adds a slot for a key; without a fingerprint, for the only one that can have a slot.
  func addSlot(
    to store: VaultStore, _ locked: SealedVault, fingerprint: String?
  ) throws(VaultError) -> Slot {
    let agent = try SSHAgent(in: prompter.session.environment)
    let key = try chosen(fingerprint, among: agent.keys)
    if let slot = try agent.slot(of: locked, openedBy: key, timeout: Self.timeout) {
      throw VaultError(.invalidInput, "\(key.shown) opens the vault already, by slot \(slot.name)")
    }
    let slot = try store.addSlot(for: key, in: agent, timeout: Self.timeout)
    prompter.console.info("The key is \(key.shown)")
    prompter.console.warning(
      "Who can ask this agent can open the vault, and so can root on a host to which it is forwarded; "
        + "only '\(prompter.session.programName) rekey' ends that")
    return slot
  }

  private func chosen(
    _ fingerprint: String?, among keys: [SSHPublicKey]
  ) throws(VaultError) -> SSHPublicKey {
    guard !keys.isEmpty else { throw SSHAgent.hasNoKeys }
    let fitting = "a key of type ed25519, or RSA of 2048 bits or more, can"
    if let fingerprint {
      guard let key = keys.first(where: { $0.fingerprint == fingerprint }) else {
        throw VaultError(
          .notFound,
          "the ssh-agent has no key \(fingerprint.escapingControls): 'ssh-add -l' lists them")
      }
      guard key.canOpenSlots else {
        throw VaultError(.refused, "\(key.shown) cannot open a vault; \(fitting)")
      }
      return key
    }
    let usable = keys.filter(\.canOpenSlots)
    guard let key = usable.first else {
      let names = keys.map(\.shown).joined(separator: ", ")
      throw VaultError(
        .refused, "none of the ssh-agent's keys can open a vault: \(names); \(fitting)")
    }
    guard usable.count == 1 else {
      let names = usable.map(\.shown).joined(separator: ", ")
      throw VaultError(
        .invalidInput, "the ssh-agent has several keys: choose one by '--key': \(names)")
    }
    return key
  }

  /// Adds slots to a vault with a new key for the keys that open it now, and returns their old slots.
  func keep(
    slotsOf locked: SealedVault,
    _ addKey: (SSHPublicKey, _ sign: SSHSigner) throws(VaultError) -> Void
  ) throws(VaultError) -> [Slot] {
    var kept: [Slot] = []
    let agent = try SSHAgent(in: prompter.session.environment)
    for (slot, key) in try agent.candidates(for: locked) {
      guard try agent.slot(of: locked, openedBy: key, timeout: Self.timeout)?.name == slot.name
      else { continue }
      try addKey(key) { (message) throws(VaultError) in
        try agent.secret(for: message, of: key, timeout: Self.timeout)
      }
      kept.append(slot)
    }
    guard !kept.isEmpty else {
      throw VaultError(
        .refused, "the ssh-agent has no key that opens the vault: nothing was changed")
    }
    return kept
  }
}
