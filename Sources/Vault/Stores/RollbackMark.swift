internal import SealedFormat
internal import Glibc

/// What this host last saw of a vault, kept apart from it, so that an older copy, another vault or an
/// empty place in its stead is noticed.
///
/// A mark is a file of four lines, format, identifier, generation, and nonce and tag of the index, named after
/// the vault's path. A vault has one for its path as given and one for its resolved path, so that neither
/// a link in the place of a folder nor a folder that is gone leads past it. On a shared home the marks
/// roll back together with the home.
struct RollbackMark: Sendable {
  private static let format = "vault-mark-2"
  /// The form before the first release; such a mark says nothing of a vault of today.
  private static let developmentFormat = "vault-mark-1"
  private static let longestFile = 4096
  private static let suffix = ".mark"
  /// Its lock excludes other writers of marks.
  private static let turnName = "marks"

  /// What can be seen of a vault without its key, and means something once it was opened with it.
  struct Observation: Equatable {
    let identifier: [UInt8]
    let generation: UInt64
    /// Nonce and tag of the index: only a holder of the key makes a file with the same ones.
    let state: [UInt8]
  }

  private let vaultPath: String
  private let folder: String
  private let isIgnored: Bool
  private let isReadOnly: Bool
  /// The names of the vault's own marks: of its path as given, then of its resolved path if that differs.
  private let names: [String]
  /// What the own marks hold.
  private var seen: [Observation?]
  /// What was seen of all vaults, if this path has no mark yet.
  private var elsewhere: [Observation] = []
  /// An own mark that cannot be understood.
  private var damaged: String?

  /// Reads the marks of a vault.
  ///
  /// This comes before the vault is read: another program that writes the vault in between leaves the
  /// vault ahead of the mark, never behind it.
  ///
  /// - Parameters:
  ///   - vaultPath: The absolute path of the vault, as given.
  ///   - folder: The folder of all marks, which need not be there.
  ///   - isIgnored: Whether the user said that what was seen no longer counts.
  ///   - isReadOnly: Whether the marks are only compared, and never written.
  /// - Throws: What reading throws; a mark in a folder that cannot be entered counts as none.
  init(vaultPath: String, folder: String, isIgnored: Bool, isReadOnly: Bool = false)
    throws(VaultError)
  {
    self.vaultPath = vaultPath
    self.folder = folder
    self.isIgnored = isIgnored
    self.isReadOnly = isReadOnly
    var names = [try Self.name(for: vaultPath)]
    let resolved = try Self.name(for: Path.resolvingFolder(of: vaultPath))
    if resolved != names[0] { names.append(resolved) }
    self.names = names
    seen = names.map { _ in nil }
    guard !isIgnored else { return }
    for (index, name) in names.enumerated() {
      guard let content = try Self.file(name, in: folder).readIfPermitted(), Self.counts(content)
      else { continue }
      seen[index] = Self.parse(content)
      if seen[index] == nil { damaged = Path.of(name, in: folder) }
    }
    if damaged == nil, seen.allSatisfy({ $0 == nil }) { elsewhere = Self.all(in: folder) }
  }

  private static func name(for path: String) throws(VaultError) -> String {
    var hash = try Hash()
    hash.update(path)
    return hash.digest().prefix(16).hexadecimal + suffix
  }

  private static func file(_ name: String, in folder: String) -> DurableFile {
    DurableFile(path: Path.of(name, in: folder), owner: .otherProgram, limit: longestFile)
  }

  /// What all readable marks hold.
  private static func all(in folder: String) -> [Observation] {
    (FolderHandle.names(at: folder) ?? []).filter {
      $0.utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
    }
    .compactMap { name in (try? file(name, in: folder).read()).flatMap(parse) }
  }

  // MARK: Checking

  /// Refuses a vault that is missing though it was there.
  func checkMissing() throws(VaultError) {
    try checkIsWhole()
    if let seen = seen.lazy.compactMap(\.self).first {
      throw Self.suspicion(
        "there was a vault of generation \(seen.generation) at \(vaultPath), and now there is none")
    }
  }

  /// Refuses a vault that is not the one that was seen, or older.
  ///
  /// The marks of its path decide; a path without a mark is compared with what was seen of the same vault
  /// elsewhere. Only for a vault that has been opened: before that, anyone could have written its numbers.
  func check(_ found: Observation) throws(VaultError) {
    try checkIsWhole()
    for seen in seen.compactMap(\.self) { try check(found, against: seen) }
    for seen in elsewhere where seen.identifier == found.identifier {
      try check(found, against: seen)
    }
  }

  private func check(_ found: Observation, against seen: Observation) throws(VaultError) {
    guard found.identifier == seen.identifier else {
      throw Self.suspicion("\(vaultPath) is another vault than the one that was there before")
    }
    guard found.generation >= seen.generation else {
      throw Self.suspicion(
        "\(vaultPath) is older than it was: generation \(found.generation) after "
          + "\(seen.generation)")
    }
    guard found.generation > seen.generation || found.state == seen.state else {
      throw Self.suspicion(
        "\(vaultPath) has the generation that was seen before, \(seen.generation), and another "
          + "content")
    }
  }

  private func checkIsWhole() throws(VaultError) {
    if let damaged {
      throw Self.suspicion("the mark \(damaged) is damaged, so an older vault would go unnoticed")
    }
  }

  // MARK: Writing

  /// Remembers a vault that has been opened or written.
  ///
  /// This is best effort: a reader may have no write access, and to be without a newer mark only means
  /// that less is noticed.
  mutating func record(_ observation: Observation) {
    guard !isReadOnly, !seen.allSatisfy({ $0 == observation }) else { return }
    change { (name, folder) throws(VaultError) in
      let content = try Self.read(name, in: folder)
      // Another process may have seen more since this one read the mark: it moves forward only.
      if !isIgnored, Self.counts(content) {
        guard let now = Self.parse(content), now.identifier == observation.identifier,
          now.generation < observation.generation
        else { return }
      }
      folder.sweepLeftovers(of: name)
      let lines = [
        Self.format, observation.identifier.hexadecimal, String(observation.generation),
        observation.state.hexadecimal, "",
      ]
      let bytes = Array(lines.joined(separator: "\n").utf8)
      try folder.replace(name, with: bytes.bytes, isDurable: false)
    }
    seen = names.map { _ in observation }
    elsewhere = []
  }

  /// Forgets what was seen, because the user says that it no longer counts.
  func forget() {
    guard !isReadOnly else { return }
    change { (name, folder) throws(VaultError) in try folder.remove(name) }
  }

  /// Changes each own mark under a lock; without the lock nothing is changed.
  ///
  /// The lock is tried once, so that no command waits for it, unless the user asked for the change.
  private func change(
    _ body: (String, borrowing FolderHandle) throws(VaultError) -> Void
  ) {
    guard let folder = try? FolderHandle(path: folder, createIfMissing: true),
      let lock = isIgnored
        ? try? FileLock(name: Self.turnName, in: folder)
        : FileLock(ifFree: Self.turnName, in: folder)
    else { return }
    for name in names { try? body(name, folder) }
    try? folder.remove(FileLock.fileName(for: Self.turnName))
    withExtendedLifetime(lock) {}
  }

  /// What a mark holds now; empty if there is none.
  private static func read(
    _ name: String, in folder: borrowing FolderHandle
  ) throws(VaultError) -> [UInt8] {
    let file = file(name, in: folder.path)
    guard let opened = try file.openChecked(in: folder) else { return [] }
    defer { close(opened.descriptor) }
    return try file.readBytes(opened)
  }

  /// Whether the content of a mark says anything.
  ///
  /// An empty one is what a power cut may leave, because marks are not written durably.
  private static func counts(_ content: [UInt8]) -> Bool {
    !content.isEmpty && !content.starts(with: (developmentFormat + "\n").utf8)
  }

  private static func parse(_ content: [UInt8]) -> Observation? {
    let lines = String(decoding: content, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == 5, lines[0] == format, lines[4].isEmpty,
      let identifier = [UInt8](hexadecimal: lines[1]), let generation = UInt64(lines[2]),
      let state = [UInt8](hexadecimal: lines[3])
    else { return nil }
    return Observation(identifier: identifier, generation: generation, state: state)
  }

  private static func suspicion(_ what: String) -> VaultError {
    VaultError(
      .rolledBack,
      what + ": a backup was restored, or another program changed it", remedy: .acceptRollback)
  }
}
