import Compat
import SealedFormat
import Vault

/// What a migration leaves where it is, and the exit status for it.
struct MigrationStatus {
  private var codes: [VaultError.Code] = []

  mutating func note(_ refusals: [Exposures.Refusal]) {
    for refusal in refusals { note(refusal.error) }
  }

  mutating func note(_ results: [Migration.Result]) {
    for result in results {
      if let error = result.error { note(error) }
    }
  }

  mutating func note(_ error: VaultError) { note(error.code) }

  mutating func note(_ code: VaultError.Code) { codes.append(code) }

  /// - Throws: The most severe of what was noted.
  func end() throws(VaultError) {
    let order: [VaultError.Code] = [
      .inputOutput, .cannotCreate, .damaged, .configuration, .unavailable, .refused, .unreachable,
      .invalidInput,
    ]
    guard let worst = order.first(where: codes.contains) ?? codes.first else { return }
    throw VaultError(
      worst,
      "not everything was migrated: \(codes.count == 1 ? "one thing stays" : "\(codes.count) things stay") "
        + "as \(codes.count == 1 ? "it is" : "they are"), for the reasons above")
  }
}
