import Compat
import SealedFormat
import Vault

/// One run of `vault migrate`: the plan, the questions, and what is said of what was done.
struct MigrationDialog {
  private static let attempts = 3

  let request: MigrationRequest
  let session: Session
  let console: Console
  let prompter: VaultPrompter

  init(
    _ request: MigrationRequest, _ session: Session, _ console: Console, _ prompter: VaultPrompter
  ) {
    self.request = request
    self.session = session
    self.console = console
    self.prompter = prompter
  }

  func run() throws(VaultError) {
    var isKnown = true
    var store = try openForLooking(&isKnown)
    // A first migration makes the vault later, so each look-up uses the variable.
    let find: MigrationPlan.LookUp? =
      isKnown ? { (key) throws(VaultError) in try store?.find(key) } : nil
    var stays = MigrationStatus()
    var aboutKeyring = MigrationStatus()
    let keyring = KeyringDialog(self)
    var takeover = try keyring.look(&aboutKeyring, find)
    var sealed: Set<CredentialRecord.Key> = []
    var uses: [MigrationUse] = []
    var last: Int?
    for attempt in 1...Self.attempts {
      stays = MigrationStatus()
      let plan = try MigrationPlan(request.exposures(in: session.environment), find)
      if attempt == 1 {
        show(plan.exposures)
        try plan.check(request.preferences)
      }
      stays.note(plan.exposures.refusals)
      if attempt == 1, !plan.logins.isEmpty || request.format == .json {
        try session.output.write(
          MigrationReport(plan, keyring: takeover?.logins ?? []).text(request.format))
      }
      guard !plan.logins.isEmpty else {
        if plan.exposures.refusals.isEmpty, takeover == nil {
          console.info("No secret lies in the clear")
        }
        break
      }
      var choices = plan.choices(
        preferring: request.preferences)
      if !request.isDryRun { try ask(about: plan, &choices) }
      stays.note(undecided: plan.logins.filter { choices[$0.key] == nil }, console)
      guard !request.isDryRun, !choices.isEmpty else { break }
      if !request.isConfirmed { try confirm(count: choices.count, plan) }
      var checked: [CredentialRecord.Key: Migration.Checked] = [:]
      if let connection = request.connection {
        let check = MigrationCheck(connection, session, console)
        checked = try check.run(plan, &choices, &stays)
      }
      guard !choices.isEmpty else { break }

      let open = if let store { store } else { try prompter.make() }
      store = open
      let migration = Migration(plan, choices, now: session.now())
      let (number, results) = try migration.perform(in: open, checked: checked)
      sealed.formUnion(choices.keys)
      // Another program has just written one of the files: what it wrote is read anew.
      let isBusy = results.contains { $0.error?.code == .unavailable }
      if isBusy, request.isConfirmed, attempt < Self.attempts {
        try tell(number, results.filter { $0.error == nil }, plan, choices)
        continue
      }
      try tell(number, results, plan, choices)
      stays.note(results)
      if results.contains(where: { $0.error == nil }) {
        uses = plan.logins.filter { choices[$0.key] != nil }.flatMap(\.uses)
        last = number
      }
      break
    }
    // The vault has more by now, perhaps another secret for the same login.
    if !sealed.isEmpty, takeover != nil {
      takeover = try keyring.look(&aboutKeyring, find)
    }
    var count = 0
    var refusal: VaultError?
    if let takeover {
      do throws(VaultError) {
        count = try keyring.run(takeover, after: sealed, &store, &aboutKeyring)
      } catch { refusal = error }
    }
    // Also after a no to the keyring: what was in the files is no longer there.
    if count > 0 { uses.append(.helper(.docker)) }
    if !uses.isEmpty { try offerHelper(for: uses, last, keepsDocker: count > 0) }
    if let refusal { throw refusal }
    try stays.joined(with: aboutKeyring).end()
  }

  /// The vault, where it is there, for comparing; a locked one is no fault of a dry run.
  private func openForLooking(_ isKnown: inout Bool) throws(VaultError) -> VaultStore? {
    do throws(VaultError) {
      // A first migration makes the vault, once there is something to seal.
      guard let vault = try prompter.access.read() else { return nil }
      return try prompter.open(vault)
    } catch {
      guard request.isDryRun, error.code == .unavailable else { throw error }
      console.warning("The vault is locked: what it has already is not known")
      isKnown = false
      return nil
    }
  }

  private func show(_ exposures: Exposures) {
    for warning in exposures.warnings { console.verbose(warning) }
    for note in exposures.notes { console.warning(note) }
    for refusal in exposures.refusals { console.warning(refusal.error.words(session.programName)) }
  }

  // MARK: Questions

  private func confirm(count: Int, _ plan: MigrationPlan) throws(VaultError) {
    guard let terminal = try? Terminal(path: session.terminalPath) else {
      throw VaultError(
        .invalidInput,
        "there is no terminal to ask on whether to go on: say --yes, or --dry-run to see the plan "
          + "alone")
    }
    let answer = try terminal.ask(
      "Seal \(Plural.logins(count)) in \(prompter.path), and take the secrets out of "
        + "\(Plural.files(plan.fileCount))? [y/N] ", isHidden: false, limit: 16)
    guard answer.isYes() else { throw VaultError(.refused, "nothing was changed") }
  }

  private func ask(
    about plan: MigrationPlan, _ choices: inout [CredentialRecord.Key: MigrationPlan.Choice]
  ) throws(VaultError) {
    for login in plan.logins where choices[login.key] == nil {
      guard let terminal = try? Terminal(path: session.terminalPath) else { return }
      let options = login.options
      let list = options.enumerated().map { "[\($0 + 1)] \($1.words)" }.joined(separator: ", ")
      let answer = try terminal.ask(
        "There are several secrets for \(login.shown): \(list). Keep which? [1-\(options.count), Enter "
          + "leaves them as they are] ", isHidden: false, limit: 16)
      if let number = answer.number(), options.indices.contains(number - 1) {
        choices[login.key] = options[number - 1].choice
      }
    }
  }

  // MARK: What was done

  private func tell(
    _ number: Int, _ results: [Migration.Result], _ plan: MigrationPlan,
    _ choices: [CredentialRecord.Key: MigrationPlan.Choice]
  ) throws(VaultError) {
    for result in results {
      if let error = result.error {
        console.warning(error.words(session.programName))
      } else {
        console.info(
          "\(result.path): \(result.count == 1 ? "a secret is" : "\(result.count) secrets are") in "
            + "the vault and no longer there")
      }
    }
    let done = results.filter { $0.error == nil }
    guard !done.isEmpty else { return }
    console.info(
      "This is migration \(number); the files are given back by  \(session.programName) migrate "
        + "--undo \(number)")
    for result in done {
      for residue in result.residue { console.warning(residue.words(result.path)) }
    }
    let changed = Set(done.map(\.path))
    let taken = plan.logins.filter { login in
      choices[login.key] != nil && login.places.contains { changed.contains($0.path) }
    }
    let lent = taken.filter { login in
      login.uses.allSatisfy { if case .exec = $0 { true } else { false } }
    }
    if !lent.isEmpty {
      console.info(
        "No helper is asked for \(Plural.list(lent.map(\.shown))): lend "
          + "\(lent.count == 1 ? "it" : "them") to a command with  \(session.programName) exec")
    }
    let rotations = taken.flatMap(\.rotations)
    guard !rotations.isEmpty else { return }
    console.info(
      "Copies in backups and on the disk cannot be taken back: change these secrets where they are "
        + "made, and log in anew")
    if request.format == .table {
      try session.output.write(Table.text([RotationRow.header] + rotations.map(\.cells)))
    }
  }

  /// Has the programs ask the vault, so that they go on working.
  ///
  /// - Parameters:
  ///   - uses: What uses the logins that were taken over.
  ///   - number: The migration whose undoing takes it back; nil where no file was changed.
  ///   - keepsDocker: Whether docker goes on asking all the same, as what the keyring had does not come
  ///     back.
  /// - Throws: What asking throws, and what writing the programs' files throws.
  private func offerHelper(
    for uses: [MigrationUse], _ number: Int?, keepsDocker: Bool
  ) throws(VaultError) {
    let helpers = try HelperFiles(session)
    let clients = try helpers.clients(for: uses)
    guard !clients.isEmpty else { return }
    let names = clients.map(\.rawValue).joined(separator: " ")
    let isWanted =
      if let wanted = request.installsHelper { wanted } else { try askForHelper(names) }
    guard isWanted else {
      console.info(
        "\(Plural.list(clients.map(\.rawValue))) \(clients.count == 1 ? "does" : "do") not ask the vault yet: "
          + "run  \(session.programName) helper install \(names)")
      return
    }
    for client in clients {
      let migration = client == .docker && keepsDocker ? nil : number
      for (path, outcome) in try helpers.setup.install(client, migration: migration) {
        console.info("\(client.rawValue): \(path) \(outcome.words)")
      }
      helpers.warn(of: client, console)
    }
    if let fault = helpers.programFault { console.warning(fault) }
  }

  private func askForHelper(_ names: String) throws(VaultError) -> Bool {
    guard !request.isConfirmed, let terminal = try? Terminal(path: session.terminalPath) else {
      return false
    }
    return try terminal.ask(
      "Have them ask the vault from now on ( \(session.programName) helper install \(names) )? [y/N] ",
      isHidden: false, limit: 16
    ).isYes()
  }
}

extension HelperFiles {
  /// The clients that would use some logins, or are here at all, and do not ask the vault yet.
  fileprivate func clients(for uses: [MigrationUse]) throws(VaultError) -> [HelperClient] {
    let users = HelperClient.allCases.filter {
      uses.contains(.helper($0.program)) || ($0 == .docker && uses.contains(.helper(.helm)))
    }
    guard !users.isEmpty else { return [] }
    var clients: [HelperClient] = []
    for client in chosen(users + chosen([])) {
      if try setup.status(of: client).contains(where: { $0.state != .installed }) {
        clients.append(client)
      }
    }
    return clients
  }
}

extension SecretBytes {
  /// An answer as a number; it is no secret.
  borrowing func number() -> Int? {
    unsafe bytes.withUnsafeBytes { unsafe Int(String(decoding: $0, as: UTF8.self)) }
  }
}
