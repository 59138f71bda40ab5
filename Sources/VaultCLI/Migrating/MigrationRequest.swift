import Compat
import SealedFormat
import Vault

/// What the user asked `vault migrate` to do.
struct MigrationRequest {
  /// Absolute paths; empty means all known places.
  let files: [String]
  /// Which secret is kept if there are several; the first that decides counts.
  let preferences: [MigrationPlan.Preference]
  let isDryRun: Bool
  /// Whether nothing is asked.
  let isConfirmed: Bool
  /// How each login is tried at its registry first; nil if it is not.
  let connection: RegistryOptions?
  /// Whether the programs ask the vault afterwards; nil asks the user.
  let installsHelper: Bool?
  let format: ListFormat

  /// - Throws: `invalidInput` if a file that is named is missing.
  func places(in environment: Environment) throws(VaultError) -> [MigrationPlace] {
    guard !files.isEmpty else { return try MigrationPlace.all(in: environment) }
    var places: [MigrationPlace] = []
    for file in files {
      let place = try MigrationPlace.named(file, in: environment)
      guard place.isThere else {
        throw VaultError(.invalidInput, "there is no file \(place.path)")
      }
      places.append(place)
    }
    return places
  }
}
