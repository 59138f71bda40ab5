package import SealedFormat
internal import Vault

/// Tells clients to ask docker-credential-vault, and takes it back.
package struct HelperSetup: Sendable {
  /// What became of one file.
  package enum Outcome: Equatable, Sendable {
    /// It was made.
    case made
    /// It was changed: the helper that it named before, if any.
    case changed(previous: String?)
    /// It was so already.
    case unchanged
    /// It was given back as it was.
    case restored
    /// It was ours alone, and is gone.
    case removed
    /// It stays for another client.
    case kept(for: [String])
    /// It was changed since, so it stays.
    case leftAlone(reason: String)
    /// It could not be read or written.
    case failed(VaultError.Code, reason: String)
  }

  /// What became of one file, with what the user should know of it.
  package typealias FileOutcome = (path: String, outcome: Outcome, note: String?)

  /// Whether a client asks the vault by a file.
  package enum State: Equatable, Sendable {
    case installed
    case notInstalled
    /// It asks another helper.
    case other(String)
    /// It cannot be read.
    case unreadable(VaultError.Code, reason: String)
  }

  let places: ClientPlaces
  private let stateFolder: String?

  /// - Parameters:
  ///   - places: Where the clients keep their files.
  ///   - stateFolder: The folder of what this program remembers; without it nothing is changed.
  package init(places: ClientPlaces, stateFolder: String?) {
    self.places = places
    self.stateFolder = stateFolder
  }

  var journal: HelperJournal { HelperJournal(folder: stateFolder) }

  /// The state of each file of a client.
  ///
  /// - Throws: `configuration` if HOME is needed and not set.
  package func status(
    of client: HelperClient
  ) throws(VaultError) -> [(path: String, state: State)] {
    var states: [(path: String, state: State)] = []
    for file in try client.files(in: places) {
      do throws(VaultError) { states.append((file.path, try state(of: file))) } catch {
        states.append((file.path, .unreadable(error.code, reason: error.message)))
      }
    }
    return states
  }

  /// Whether a client has left a file of its own here.
  package func hasOwnFile(_ client: HelperClient) -> Bool {
    let files: [String?] =
      switch client {
      case .docker: [try? places.docker]
      case .podman: places.authFiles
      case .apptainer: [try? places.apptainer, try? places.remoteYAML]
      }
    return files.contains { $0.map(Path.exists) ?? false }
  }

  /// Has a client ask the vault.
  ///
  /// - Parameters:
  ///   - client: Which.
  ///   - migration: The migration that offers it, and whose undoing takes it back.
  /// - Returns: What became of each file.
  /// - Throws: `damaged` for a file that is malformed, `configuration` for an unsafe one, and what
  ///   writing throws; a file is written whole or not at all.
  package func install(
    _ client: HelperClient, migration: Int? = nil
  ) throws(VaultError) -> [FileOutcome] {
    var outcomes: [FileOutcome] = []
    for file in try client.files(in: places) {
      var note: String?
      let outcome = try install(file, for: client, migration, &note)
      outcomes.append((file.path, outcome, note))
    }
    return outcomes
  }

  /// Takes it back.
  ///
  /// A file that cannot be read or written does not keep the others from it.
  ///
  /// - Returns: What became of each file.
  /// - Throws: `configuration` if HOME is needed and not set.
  package func uninstall(
    _ client: HelperClient
  ) throws(VaultError) -> [FileOutcome] {
    var outcomes: [FileOutcome] = []
    for file in try client.files(in: places) {
      var note: String?
      let outcome: Outcome
      do throws(VaultError) {
        outcome = try uninstall(file, for: client, &note)
      } catch {
        outcome = .failed(error.code, reason: error.message)
      }
      outcomes.append((file.path, outcome, note))
    }
    return outcomes
  }

  // MARK: One file

  private func state(of file: HelperFile) throws(VaultError) -> State {
    switch file.form {
    case .dropIn:
      guard let text = try DockerConfiguration.file(file.path).read() else { return .notInstalled }
      return text.elementsEqual(HelperFile.dropIn.utf8)
        ? .installed : .other("a file of another make")
    case .dockerConfiguration:
      guard let configuration = try DockerConfiguration.read(file.path),
        let store = configuration.credentialStore
      else { return .notInstalled }
      return store == HelperFile.helper ? .installed : .other(store)
    }
  }

  private func install(
    _ file: HelperFile, for client: HelperClient, _ migration: Int?, _ note: inout String?
  ) throws(VaultError) -> Outcome {
    let folders = missingFolders(of: file.path)
    let update = try DockerConfiguration.file(file.path).beginUpdate()
    let text = try update.readSecret()
    let isOurs = text == nil
    let old = if let text { text } else { try SecretBytes(copying: RawSpan()) }
    let change = try changed(old, file)
    let known = try journal.record(of: file.path)
    var clients = known?.clients ?? []
    if !clients.contains(client.rawValue) { clients.append(client.rawValue) }
    if change.isSame {
      // What the user installs by hand no longer belongs to a migration, whose undoing would remove it.
      let isByHand = migration == nil && known?.migration != nil
      if var record = known, record.clients != clients || isByHand {
        record.clients = clients
        if isByHand { record.migration = nil }
        try journal.set(record, of: file.path)
      }
      return .unchanged
    }
    let splice = Splice(from: old.bytes, to: change.text.bytes)
    // Written down first: if the change itself fails, there is nothing to undo, and that is seen.
    try journal.set(
      HelperJournal.Record(
        clients: clients, isOurs: isOurs, folders: folders, previous: change.previous,
        offset: splice.offset, before: splice.before, after: splice.after,
        digest: try digest(of: change.text.bytes), migration: migration), of: file.path)
    note = try update.replaceKeepingAccess(with: change.text.bytes)
    return isOurs ? .made : .changed(previous: change.previous)
  }

  private struct Change: ~Copyable {
    let text: SecretBytes
    let previous: String?
    let isSame: Bool
  }

  private func changed(
    _ old: borrowing SecretBytes, _ file: HelperFile
  ) throws(VaultError) -> Change {
    switch file.form {
    case .dropIn:
      let wanted = Array(HelperFile.dropIn.utf8)
      let new = try SecretBytes(copying: wanted.bytes)
      let isSame = new.isEqual(to: old)
      guard isSame || old.isEmpty else {
        throw VaultError(
          .configuration,
          "\(file.path) is there and not of our make: move it away, then try again")
      }
      return Change(text: new, previous: nil, isSame: isSame)
    case .dockerConfiguration:
      let document = try JSONDocument.readOrEmpty(
        try SecretBytes(copying: old.bytes), path: file.path)
      let configuration = try DockerConfiguration(document)
      let previous = configuration.credentialStore
      let new = try configuration.document.setting(
        [configuration.storeMember], to: [.text(try HelperFile.helper.jsonQuoted())])
      return Change(
        text: new.takeText(), previous: previous, isSame: previous == HelperFile.helper)
    }
  }

  private func uninstall(
    _ file: HelperFile, for client: HelperClient, _ note: inout String?
  ) throws(VaultError) -> Outcome {
    let durable = DockerConfiguration.file(file.path)
    var record = try journal.record(of: file.path)
    record?.clients.removeAll { $0 == client.rawValue }
    if let record, !record.clients.isEmpty {
      try journal.set(record, of: file.path)
      return .kept(for: record.clients)
    }
    // Looked at before anything is locked: for a file that is not there no folder is made.
    guard try durable.readSecret() != nil else {
      try forget(record, file.path)
      return .unchanged
    }
    let outcome = try takeBack(file, record, &note)
    try forget(record, file.path)
    return outcome
  }

  private func takeBack(
    _ file: HelperFile, _ record: HelperJournal.Record?, _ note: inout String?
  ) throws(VaultError) -> Outcome {
    let update = try DockerConfiguration.file(file.path).beginUpdate()
    guard let text = try update.readSecret() else { return .unchanged }
    if let record, try digest(of: text.bytes) == record.digest {
      guard !record.isOurs else {
        try update.remove()
        return .removed
      }
      let original = try Splice(record).reversed(in: text.bytes)
      note = try update.replaceKeepingAccess(with: original.bytes)
      return .restored
    }
    guard file.form == .dockerConfiguration else {
      let isOurText = Array(HelperFile.dropIn.utf8)
      guard try text.isEqual(to: SecretBytes(copying: isOurText.bytes)) else {
        return .leftAlone(reason: "it was changed since")
      }
      try update.remove()
      return .removed
    }
    let configuration = try DockerConfiguration(
      try JSONDocument.readOrEmpty(try SecretBytes(copying: text.bytes), path: file.path))
    guard configuration.credentialStore == HelperFile.helper else {
      return configuration.credentialStore.map { .leftAlone(reason: "it names the helper \($0)") }
        ?? .unchanged
    }
    let new =
      if let previous = record?.previous {
        try configuration.document.setting(
          [configuration.storeMember], to: [.text(try previous.jsonQuoted())])
      } else {
        try configuration.document.removing([configuration.storeMember])
      }
    if record?.isOurs == true, new.root.members.allSatisfy({ $0.value.isEmptyObject }) {
      try update.remove()
      return .removed
    }
    note = try update.replaceKeepingAccess(with: new.text.bytes)
    return .restored
  }

  private func forget(_ record: HelperJournal.Record?, _ path: String) throws(VaultError) {
    guard let record else { return }
    try journal.set(nil, of: path)
    for folder in record.folders.reversed() { FolderHandle.removeIfEmpty(folder) }
  }

  /// The folders of a path that are not there, the outermost first.
  private func missingFolders(of path: String) -> [String] {
    Path.folders(above: path).prefix { !Path.exists($0) }.reversed()
  }
}

extension JSONNode {
  fileprivate var isEmptyObject: Bool { kind == .object && members.isEmpty }
}

extension DockerConfiguration {
  /// The name of the member with the helper for all servers.
  fileprivate var storeMember: String { name(ofField: "credsstore", default: "credsStore") }
}
