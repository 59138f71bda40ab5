import VaultTestSupport

/// A command that changes a vault, and everything that is to hold wherever it is interrupted.
///
/// The home stays at one path, because the mark against rollback is kept by the vault's path; what is
/// in it is put back before every try.
struct CrashSweep {
  /// What a few commands print and end with: two states of a vault differ in it.
  typealias Answers = [String]

  private let home: VaultHome
  private let change: Command
  private let probes: [Command]
  private let recovery: [Command]
  private let template: FolderSnapshot
  private let before: Answers
  private let after: Answers
  /// The calls of an undisturbed run, from where the command begins its work.
  let calls: [SystemCall]

  /// How many tries there were, and what came of them.
  struct Tally: CustomStringConvertible {
    var tries = 0
    var killed = 0
    var statuses: [Int32: Int] = [:]
    var oldStates = 0
    var newStates = 0
    /// How many unfinished files of other folders than the vault's stayed after the next command.
    var strays = 0
    /// What did not hold.
    var faults: [String] = []

    var description: String {
      let list = statuses.sorted { $0.key < $1.key }.map { "\($0.value) x \($0.key)" }
      return "\(tries) tries, \(killed) killed, ended with \(list), "
        + "\(oldStates) left the old state, \(newStates) the new one, \(strays) stray files, \(faults.count) faults"
    }
  }

  init(_ subject: SweptChange) throws {
    let home = try subject.makeHome()
    self.home = home
    change = try subject.command(home)
    probes = try subject.probes.map { try home.command($0.map(home.filled)) }
    recovery = try subject.recovery.map { try home.command($0.map(home.filled)) }
    template = try FolderSnapshot(of: home.path)
    before = try Self.answers(probes)
    let calls = try change.systemCalls()
    after = try Self.answers(probes)
    guard before != after else { throw TestFailure("\(subject.name) changes nothing") }
    // The loader's and the runtime's calls come before, and know nothing of the vault.
    self.calls = Array(calls.drop { !$0.line.contains(subject.firstCall) })
    guard !self.calls.isEmpty else {
      throw TestFailure("\(subject.name) never calls \(subject.firstCall)")
    }
  }

  /// Runs the change with a fault, and checks all that is to hold.
  ///
  /// - Parameters:
  ///   - name: What is done, for messages.
  ///   - mustSucceed: Whether the fault is one that a program has to get over.
  ///   - tally: Is told what came of it.
  ///   - disturb: Puts the fault into the command.
  /// - Throws: Where a program cannot be run.
  func attempt(
    _ name: String, mustSucceed: Bool = false, _ tally: inout Tally,
    _ disturb: (Command) -> Command
  ) throws {
    try template.restore()
    tally.tries += 1
    let outcome = try disturb(change).run()
    switch outcome.ending {
    case .killed: tally.killed += 1
    case .exited(let status): tally.statuses[status, default: 0] += 1
    }
    var faults = try Self.falseAlarms(outcome)
    if mustSucceed, outcome.status != 0 { faults.append("failed: \(outcome.errors)") }
    faults += try exposed()

    let found = try Self.answers(probes)
    switch found {
    case before: tally.oldStates += 1
    case after: tally.newStates += 1
    default: faults.append("neither the old nor the new state: \(found)")
    }
    if outcome.status == 0, found != after { faults.append("was acknowledged and is lost") }
    faults += try recover()
    faults += try exposed()
    tally.strays += files(below: home.path).count { $0.hasSuffix(".tmp") }
    tally.faults += faults.map { "\(name): \($0)" }
  }

  /// What no fault of the system may end with: a crash, or a wrong story about what is wrong.
  private static func falseAlarms(_ outcome: Outcome) throws -> [String] {
    guard let status = outcome.status, [1, 65, 70, 76, 77].contains(status) else { return [] }
    return ["status \(status): \(outcome.errors)"]
  }

  /// Whether the next commands work, and nothing is left of the interrupted one.
  private func recover() throws -> [String] {
    var faults: [String] = []
    for command in recovery {
      let outcome = try command.run()
      // That there is a vault already is an answer, where the command is to make one.
      guard outcome.status == 0 || (outcome.status == 73 && command.words[1] == "init") else {
        faults.append("then \(command.words.dropFirst().prefix(2)): \(outcome.errors)")
        continue
      }
    }
    faults += files(below: home.vaultFolder).filter { $0.hasSuffix(".tmp") }.map { "left \($0)" }
    return faults
  }

  private func exposed() throws -> [String] {
    try leftovers(of: SweptChange.secrets, below: home.path).map { "plaintext in \($0)" }
  }

  private static func answers(_ probes: [Command]) throws -> Answers {
    try probes.map { probe in
      let outcome = try probe.run()
      switch outcome.status {
      case 0: return outcome.output
      // No vault, none such in it, locked, or a key that is not there or does not fit.
      case 1, 75, 77, 78: return "no"
      default: return "\(outcome.ending) \(outcome.errors)"
      }
    }
  }
}

extension VaultHome {
  /// A word in which `~` at the start stands for this home.
  func filled(_ word: String) -> String {
    word.hasPrefix("~/") ? path(String(word.dropFirst(2))) : word
  }
}
