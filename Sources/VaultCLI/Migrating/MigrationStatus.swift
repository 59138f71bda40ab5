import Compat
import SealedFormat
import Vault

/// What a migration leaves where it is, and the status that it ends with for that.
struct MigrationStatus {
  private var codes: [VaultError.Code] = []
  private var count = 0

  mutating func note(_ refusals: [Exposures.Refusal]) {
    for refusal in refusals { note(refusal.error) }
  }

  mutating func note(_ results: [Migration.Result]) {
    for result in results {
      if let error = result.error { note(error) }
    }
  }

  mutating func note(_ error: VaultError) { note(error.code) }

  mutating func note(_ code: VaultError.Code) {
    codes.append(code)
    count += 1
  }

  mutating func note(undecided logins: [MigrationPlan.Login], _ console: Console) {
    for login in logins {
      let options = login.options.map(\.words).joined(separator: ", ")
      console.warning(
        "There are several secrets for \(login.shown), so they stay where they are: \(options). Choose one "
          + "with --prefer vault, file, PATH or PATH:LINE")
      note(.invalidInput)
    }
  }

  func joined(with other: MigrationStatus) -> MigrationStatus {
    var both = self
    both.codes += other.codes
    both.count += other.count
    return both
  }

  /// Ends the command with the gravest of what there was.
  func end() throws(VaultError) {
    let order: [VaultError.Code] = [
      .inputOutput, .cannotCreate, .damaged, .configuration, .unavailable, .refused, .unreachable,
      .invalidInput,
    ]
    guard let first = order.first(where: codes.contains) ?? codes.first else { return }
    throw VaultError(
      first,
      "not everything was taken over: \(count == 1 ? "one thing stays" : "\(count) things stay") as "
        + "\(count == 1 ? "it is" : "they are"), for the reasons above")
  }
}
