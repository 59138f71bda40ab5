import Compat
import SealedFormat
import Vault

/// One run of `vault migrate`: the plan, the questions, and the report.
struct MigrationDialog {
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
    var vault = try MigrationVault(prompter, isDryRun: request.isDryRun)
    var status = MigrationStatus()
    let keyring = KeyringDialog(self)
    let takeover = try keyring.look(comparingWith: vault, &status)
    let plan = try gather(takeover, comparingWith: vault, &status)
    let choices = try decide(plan, &status)
    let sealed = try seal(plan, choices, in: &vault, &status)
    var taken = 0
    var refusal: VaultError?
    do throws(VaultError) {
      taken = try keyring.run(takeover, after: sealed, in: &vault, &status)
    } catch { refusal = error }
    // Also after a refusal: the files' secrets have been removed by now.
    let uses = sealed.uses + (taken > 0 ? [.helper(.docker)] : [])
    try offerHelper(for: uses, undoneWith: sealed.migration, keepsDocker: taken > 0)
    if let refusal { throw refusal }
    try status.end()
  }

  /// Reads the files, and shows what is in them.
  private func gather(
    _ takeover: KeyringTakeover?, comparingWith vault: MigrationVault,
    _ status: inout MigrationStatus
  ) throws(VaultError) -> MigrationPlan {
    let plan = try MigrationPlan(request.exposures(in: session.environment), vault.find)
    let exposures = plan.exposures
    for warning in exposures.warnings { console.verbose(warning) }
    for note in exposures.notes { console.warning(note) }
    for refusal in exposures.refusals { console.warning(refusal.error.words(session.programName)) }
    try plan.check(request.preferences)
    status.note(exposures.refusals)
    if !plan.logins.isEmpty || request.format == .json {
      let report = MigrationReport(
        plan, keyring: takeover?.logins ?? [], session.programName)
      try session.output.write(report.text(request.format))
    }
    if plan.logins.isEmpty, exposures.refusals.isEmpty, takeover == nil {
      console.info("No secret lies in the clear")
    }
    return plan
  }

  /// Which secret is kept of each login that is migrated; empty for a dry run.
  private func decide(
    _ plan: MigrationPlan, _ status: inout MigrationStatus
  ) throws(VaultError) -> [CredentialRecord.Key: MigrationPlan.Choice] {
    var choices = plan.choices(preferring: request.preferences)
    if !request.isDryRun {
      for login in plan.logins where choices[login.key] == nil {
        choices[login.key] = try choose(of: login)
      }
    }
    for login in plan.logins where choices[login.key] == nil {
      console.warning(
        "There are several secrets for \(login.shown), so they stay where they are: "
          + "\(login.options.map(\.words).joined(separator: ", ")). Choose one with --prefer vault, "
          + "file, PATH or PATH:LINE")
      status.note(.invalidInput)
    }
    return request.isDryRun ? [:] : choices
  }

  private func choose(of login: MigrationPlan.Login) throws(VaultError) -> MigrationPlan.Choice? {
    let number = try choose(of: login.shown, among: login.options.map(\.words))
    return number.map { login.options[$0].choice }
  }

  /// Confirms, checks and seals what was decided, and removes it from the files.
  private func seal(
    _ plan: MigrationPlan, _ choices: [CredentialRecord.Key: MigrationPlan.Choice],
    in vault: inout MigrationVault, _ status: inout MigrationStatus
  ) throws(VaultError) -> SealedLogins {
    guard !choices.isEmpty else { return SealedLogins() }
    try confirm(
      "Seal \(Plural.logins(choices.count)) in \(prompter.path), and take the secrets out of "
        + "\(Plural.files(plan.fileCount))?", refusal: "nothing was changed")
    var choices = choices
    var checked: [CredentialRecord.Key: Migration.Checked] = [:]
    if let connection = request.connection {
      checked = try MigrationCheck(connection, session, console).run(plan, &choices, &status)
    }
    guard !choices.isEmpty else { return SealedLogins() }
    let migration = Migration(plan, choices, in: session.environment, now: session.now())
    let (number, results) = try migration.perform(in: try vault.opened(), checked: checked)
    let taken = plan.logins.filter { choices[$0.key] != nil }
    try tell(number, results, taken)
    status.note(results)
    let isAnyDone = results.contains { $0.error == nil }
    return SealedLogins(
      keys: Set(choices.keys), uses: isAnyDone ? taken.flatMap(\.uses) : [],
      migration: isAnyDone ? number : nil)
  }
}
