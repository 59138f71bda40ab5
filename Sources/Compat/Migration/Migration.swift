package import SealedFormat
package import Vault

/// Seals what lies in the clear in other programs' files, and then takes it out of them.
///
/// At every moment each secret is in a file, in the vault or in both: nothing is taken out of a file
/// before the vault has been read back from the disk and compared.
package struct Migration {
  /// What a registry has just said of a login.
  package struct Checked: Sendable {
    /// Whether it asked for the login, and took it.
    let isAccepted: Bool
    /// How it was asked.
    let transport: Transport
    /// When the secret stops working, in seconds since 1970, where that is known.
    let expires: Int64?

    package init(isAccepted: Bool, transport: Transport, expires: Int64?) {
      self.isAccepted = isAccepted
      self.transport = transport
      self.expires = expires
    }
  }

  /// What became of one file.
  package struct Result: Sendable {
    /// The file.
    package let path: String
    /// How many logins were taken out of it.
    package let count: Int
    /// Why it was left as it is; nil where it was changed.
    package let error: VaultError?
    /// What may still hold what was taken out of it.
    package let residue: [Residue]
    /// What the user should know about who may use the file now.
    package let note: String?
  }

  private let plan: MigrationPlan
  private let choices: [CredentialRecord.Key: MigrationPlan.Choice]
  private let environment: Environment
  private let now: Int64

  /// Prepares a migration.
  ///
  /// - Parameters:
  ///   - plan: What lies where.
  ///   - choices: What is kept of each login; those without a choice stay as they are.
  ///   - environment: Names the folder of the migration's key.
  ///   - now: The present, in seconds since 1970.
  package init(
    _ plan: MigrationPlan, _ choices: [CredentialRecord.Key: MigrationPlan.Choice],
    in environment: Environment, now: Int64
  ) {
    self.plan = plan
    self.choices = choices
    self.environment = environment
    self.now = now
  }

  /// Does it.
  ///
  /// - Parameters:
  ///   - vault: The open vault.
  ///   - checked: What registries have said of logins just now.
  /// - Returns: The number of the migration, and what became of each file.
  /// - Throws: What writing the vault throws; no file is changed then.
  package func perform(
    in vault: VaultStore, checked: [CredentialRecord.Key: Checked] = [:]
  ) throws(VaultError) -> (number: Int, results: [Result]) {
    let prepared = prepare()
    let changes = prepared.changes
    var results = prepared.failures
    guard !changes.isEmpty else { return (0, results) }
    let keys = MigrationKeys(of: vault, in: environment)
    let journal = try seal(changes, in: vault, keys, checked)
    try vault.readAgain()
    try check(changes, journal, in: vault)
    var unwritten: [Int] = []
    for (index, change) in changes.enumerated() {
      let path = change.source.place.path
      do throws(VaultError) {
        let note = try change.write()
        results.append(
          Result(
            path: path, count: change.logins.count, error: nil, residue: try Residue.of(change),
            note: note))
      } catch {
        if change.isUnmade { unwritten.append(index) }
        results.append(Result(path: path, count: 0, error: error, residue: [], note: nil))
      }
    }
    try forget(unwritten, journal, in: vault)
    return (journal.number, results)
  }

  /// Prepares the change of each file, and says of which it fails.
  ///
  /// The files are locked in the order of their paths, so that two migrations never wait for each other.
  private func prepare() -> (changes: [FileChange], failures: [Result]) {
    var changes: [String: FileChange] = [:]
    var failures: [Result] = []
    let sources = plan.sources
    for source in sources.sorted(by: { $0.path < $1.path }) {
      let logins = source.logins.filter { choices[$0.key] != nil }
      guard !logins.isEmpty else { continue }
      do throws(VaultError) {
        changes[source.path] = try FileChange(source, taking: logins)
      } catch {
        failures.append(
          Result(path: source.place.path, count: 0, error: error, residue: [], note: nil))
      }
    }
    return (sources.compactMap { changes[$0.path] }, failures)
  }

  // MARK: Sealing

  /// Where the vault keeps what undoes each change.
  private struct Journal {
    var number = 0
    /// The migration and the number of the file, for each change.
    var files: [(migration: Int, file: Int)] = []
    /// Which of them are new.
    var fresh: Set<Int> = []

    func file(of changes: [FileChange], _ index: Int) -> MigrationFile {
      MigrationFile(
        migration: files[index].migration, file: files[index].file,
        path: changes[index].source.place.path)
    }
  }

  private func seal(
    _ changes: [FileChange], in vault: VaultStore, _ keys: MigrationKeys,
    _ checked: [CredentialRecord.Key: Checked]
  ) throws(VaultError) -> Journal {
    let taken = Set(changes.flatMap { $0.logins.map(\.key) })
    var journal = Journal()
    try vault.change { (vault) throws(VaultError) in
      journal = try self.journal(of: changes, in: vault, keys)
      var isChanged = false
      for login in plan.logins where taken.contains(login.key) {
        guard let choice = choices[login.key] else { continue }
        let kept = try MigrationPlan.kept(
          try vault.find(login.key), login.findings, login.groups)
        guard kept == login.kept else {
          throw VaultError(
            .unavailable, "the vault was changed meanwhile, so nothing was taken over: try again")
        }
        guard let credential = try login.credential(choice, now: now) else { continue }
        let replaced = MigrationName(journal.number, .replaced(login.key)).key
        _ = try vault.rename(login.key, to: replaced)
        try vault.put(credential.noting(checked[login.key], now: now))
        isChanged = true
      }
      guard !journal.fresh.isEmpty else { return isChanged }
      // Kept before the vault is written: without it the files would have to be named at the undoing.
      let key = try keys.make(for: journal.number)
      for index in journal.fresh.sorted() {
        let kept = try KeptUndo(
          changes[index].undo, of: journal.file(of: changes, index), key: key,
          vaultID: keys.vaultID)
        try kept.put(in: &vault, now: now)
      }
      return true
    }
    return journal
  }

  /// Finds what an earlier migration, which was interrupted, has kept for the very same changes.
  private func journal(
    of changes: [FileChange], in vault: borrowing OpenVault, _ keys: MigrationKeys
  ) throws(VaultError) -> Journal {
    let records = try vault.records
    let known = MigrationFile.all(in: records)
    var journal = Journal()
    let latest = records.compactMap { MigrationName($0.key)?.migration }.max() ?? 0
    guard latest < Int.max else {
      throw VaultError(
        .invalidInput,
        "the vault has a migration \(latest), after which there is no number: forget that one first"
      )
    }
    journal.number = latest + 1
    let next = journal.number
    for (index, change) in changes.enumerated() {
      var place: (migration: Int, file: Int)?
      for file in known.reversed() where file.path == change.source.place.path {
        guard place == nil,
          let kept = try KeptUndo.find(file, { (key) throws(VaultError) in try vault.find(key) }),
          kept.undo.bytes.isEqual(to: change.undo.bytes), try kept.isOurs(keys)
        else { continue }
        place = (file.migration, file.file)
      }
      if place == nil { journal.fresh.insert(index) }
      journal.files.append(place ?? (next, index))
    }
    let isContinued = journal.fresh.isEmpty
    if isContinued, let latest = journal.files.map(\.migration).max() { journal.number = latest }
    return journal
  }

  /// Compares what the vault now holds on the disk with what was meant.
  private func check(
    _ changes: [FileChange], _ journal: Journal, in vault: VaultStore
  ) throws(VaultError) {
    let fault = VaultError(
      .internalFault, "the vault does not hold what was put into it: no file was changed")
    let taken = Set(changes.flatMap { $0.logins.map(\.key) })
    for login in plan.logins where taken.contains(login.key) {
      guard let choice = choices[login.key] else { continue }
      guard let kept = try vault.find(login.key) else { throw fault }
      guard let finding = login.finding(choice) else { continue }
      let secret = try finding.source.secret(of: finding.login)
      guard kept.secret.isEqual(to: secret), kept.record.username == finding.login.username
      else { throw fault }
    }
    for (index, change) in changes.enumerated() {
      guard
        let kept = try KeptUndo.find(
          journal.file(of: changes, index),
          { (key) throws(VaultError) in try vault.find(key) }),
        kept.undo.bytes.isEqual(to: change.undo.bytes)
      else { throw fault }
    }
  }

  /// Forgets how to undo changes that were not made.
  private func forget(
    _ unwritten: [Int], _ journal: Journal, in vault: VaultStore
  ) throws(VaultError) {
    let gone = unwritten.filter(journal.fresh.contains).map { journal.files[$0] }
    guard !gone.isEmpty else { return }
    try vault.change { (vault) throws(VaultError) in
      for record in try vault.records {
        guard let name = MigrationName(record.key), case .file(let file, _) = name.part,
          gone.contains(where: { $0.migration == name.migration && $0.file == file })
        else { continue }
        _ = try vault.remove(record.key)
      }
      // Without a file it could not be undone, and what it has set aside would be out of reach.
      if !MigrationFile.all(in: try vault.records).contains(where: {
        $0.migration == journal.number
      }) {
        try MigrationLog.giveBack(journal.number, from: now, in: &vault)
      }
      return true
    }
  }
}

extension Credential {
  /// The credential with what its registry has said of it.
  fileprivate consuming func noting(_ checked: Migration.Checked?, now: Int64) -> Credential {
    guard let checked else { return self }
    var record = record
    record.transport = checked.transport
    record.verified = checked.isAccepted ? now : nil
    record.expires = checked.expires
    return Credential(record: record, secret: takeSecret())
  }
}
