internal import SealedFormat

/// What this host last saw of a vault, kept apart from it, so that an older copy, another vault or an
/// empty place in its stead is noticed.
///
/// It is a file of four lines, format, identifier, generation, and nonce and tag of the index, named after
/// the vault's path. On a shared home it rolls back together with the home.
struct RollbackMark: Sendable {
  private static let format = "vault-mark-2"
  /// The form before the first release; such a mark says nothing of a vault of today.
  private static let developmentFormat = "vault-mark-1"
  private static let longestFile = 4096

  /// What can be seen of a vault without its key, and means something once it was opened with it.
  struct Observation: Equatable {
    let identifier: [UInt8]
    let generation: UInt64
    /// Nonce and tag of the index: only a holder of the key makes a file with the same ones.
    let state: [UInt8]
  }

  private let vaultPath: String
  private let file: DurableFile
  private var seen: Observation?
  /// Whether there is a mark that cannot be understood.
  private var isDamaged = false
  private let isReadOnly: Bool

  /// Reads the mark of a vault.
  ///
  /// This comes before the vault is read: another program that writes the vault in between leaves the
  /// vault ahead of the mark, never behind it.
  ///
  /// - Parameters:
  ///   - vaultPath: The absolute path of the vault.
  ///   - folder: The folder of all marks, which need not be there.
  ///   - isIgnored: Whether the user said that what was seen no longer counts.
  ///   - isReadOnly: Whether the mark is only compared, and never written.
  /// - Throws: What reading throws; a mark in a folder that cannot be entered counts as none.
  init(vaultPath: String, folder: String, isIgnored: Bool, isReadOnly: Bool = false)
    throws(VaultError)
  {
    var hash = try Hash()
    hash.update(vaultPath)
    let name = hash.digest().prefix(16).hexadecimal
    self.vaultPath = vaultPath
    self.isReadOnly = isReadOnly
    file = DurableFile(
      path: "\(folder)/\(name).mark", owner: .otherProgram, limit: Self.longestFile)
    // An empty one is what a power cut may leave, as the mark is not written durably.
    guard !isIgnored, let content = try file.readIfPermitted(), !content.isEmpty else { return }
    let text = String(decoding: content, as: UTF8.self)
    guard !text.utf8.starts(with: (Self.developmentFormat + "\n").utf8) else { return }
    seen = Self.parse(text)
    isDamaged = seen == nil
  }

  /// Refuses a vault that is missing though it was there.
  func checkMissing() throws(VaultError) {
    try checkIsWhole()
    if let seen {
      throw Self.suspicion(
        "there was a vault of generation \(seen.generation) at \(vaultPath), and now there is none")
    }
  }

  /// Refuses a vault that is not the one that was seen, or older.
  ///
  /// Only for a vault that has been opened: before that, anybody could have written its numbers.
  func check(_ found: Observation) throws(VaultError) {
    try checkIsWhole()
    guard let seen else { return }
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

  /// Remembers a vault that has been opened or written.
  ///
  /// This is best effort: a reader may have no write access, and to be without a newer mark only means
  /// that less is noticed.
  mutating func record(_ observation: Observation) {
    guard observation != seen, !isReadOnly else { return }
    let lines = [
      Self.format, observation.identifier.hexadecimal, String(observation.generation),
      observation.state.hexadecimal, "",
    ]
    try? file.replaceCasually(with: Array(lines.joined(separator: "\n").utf8))
    seen = observation
  }

  /// Forgets what was seen, because the user says that it no longer counts.
  func forget() {
    guard !isReadOnly else { return }
    file.removeCasually()
  }

  private func checkIsWhole() throws(VaultError) {
    if isDamaged {
      throw Self.suspicion("the mark \(file.path) is damaged, so an older vault would go unnoticed")
    }
  }

  private static func parse(_ text: String) -> Observation? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
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
