import SealedFormat
import Vault

/// Shows a recovery code, and asks for one, on the terminal and nowhere else.
struct RecoveryDialog {
  private static let attempts = 3
  /// The most bytes of a typed code, with blanks and more.
  private static let longestAnswer = 1024
  private static let groupsInLine = 6

  private let prompter: VaultPrompter

  init(_ prompter: VaultPrompter) { self.prompter = prompter }

  private func terminal() throws(VaultError) -> Terminal {
    try Terminal(path: prompter.session.terminalPath)
  }

  // MARK: A new code

  /// Makes a code, shows it once, and asks for two of its groups, so that it is on paper before it counts.
  ///
  /// - Throws: `refused` if a group is wrong three times.
  func newCode() throws(VaultError) -> SlotSecret {
    let terminal = try terminal()
    let code = try RecoveryCode.random()
    try terminal.show(
      "Write this recovery code of \(prompter.path) on paper. It opens the vault:\n\n")
    try terminal.show(try lines(of: code))
    try terminal.show("\nIt is not shown again. Two of its groups are asked for now.\n")
    let first = Int.random(in: 1...RecoveryCode.groupCount)
    let others = (1...RecoveryCode.groupCount).filter { $0 != first }
    for group in [first, others.randomElement() ?? 1] { try confirm(group, of: code, terminal) }
    guard let secret = try code.secret() else {
      throw VaultError(.internalFault, "a new recovery code has a wrong checksum")
    }
    return secret
  }

  /// The groups, some in a line, with their numbers in front.
  private func lines(of code: borrowing RecoveryCode) throws(VaultError) -> SecretBytes {
    try SecretBytes(capacity: 512) { (output) throws(VaultError) in
      for group in 1...RecoveryCode.groupCount {
        if group % Self.groupsInLine == 1 {
          let range = "\(group)-\(group + Self.groupsInLine - 1)"
          try output.append(String(repeating: " ", count: 8 - range.utf8.count) + range + "   ")
        }
        try output.append(contentsOf: code.group(group))
        try output.append(group % Self.groupsInLine == 0 ? "\n" : " ")
      }
    }
  }

  private func confirm(
    _ group: Int, of code: borrowing RecoveryCode, _ terminal: borrowing Terminal
  ) throws(VaultError) {
    for _ in 0..<Self.attempts {
      let answer = try terminal.ask(
        "Group \(group) of the code: ", isHidden: true, limit: Self.longestAnswer)
      if code.isGroup(group, answer) { return }
      prompter.console.warning("That is not group \(group)")
    }
    throw VaultError(
      .refused, "group \(group) was wrong \(Self.attempts) times, so the code opens nothing")
  }

  // MARK: A code from paper

  /// Asks for the code that opens the vault.
  ///
  /// - Throws: `refused` if it is wrong, with the groups that are.
  func askCode() throws(VaultError) -> SlotSecret {
    let terminal = try terminal()
    for _ in 0..<Self.attempts {
      let typed = try terminal.ask(
        "Recovery code of the vault \(prompter.path): ", isHidden: true,
        limit: Self.longestAnswer)
      let code: RecoveryCode
      do throws(VaultError) { code = try RecoveryCode(typed: typed) } catch {
        prompter.console.warning(
          "That is no recovery code: \(error.words(prompter.session.programName))")
        continue
      }
      if let secret = try code.secret() { return secret }
      if let secret = try repair(code, terminal) { return secret }
    }
    throw VaultError(.refused, "no recovery code was typed without a mistake: nothing was opened")
  }

  /// Finds the group that was mistyped and asks for it again; nil if there are several.
  private func repair(
    _ code: borrowing RecoveryCode, _ terminal: borrowing Terminal
  ) throws(VaultError) -> SlotSecret? {
    prompter.console.info("The checksum of the code is wrong: looking for a mistyped group")
    let suspects = try code.suspects()
    guard let group = suspects.first, suspects.count == 1 else {
      prompter.console.warning(
        suspects.isEmpty
          ? "More than one group of the code is wrong: compare it with the paper"
          : "One of the groups \(suspects.map(String.init).joined(separator: ", ")) is wrong")
      return nil
    }
    for _ in 0..<Self.attempts {
      prompter.console.warning("Group \(group) is mistyped")
      let answer = try terminal.ask(
        "Group \(group) of the code: ", isHidden: true, limit: Self.longestAnswer)
      if let repaired = try? code.replacing(group, with: answer),
        let secret = try repaired.secret()
      {
        return secret
      }
    }
    return nil
  }
}
