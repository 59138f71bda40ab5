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

  /// Reads the files that are named, otherwise all known places.
  ///
  /// - Throws: `invalidInput` if a file that is named is missing.
  func exposures(in environment: Environment) throws(VaultError) -> Exposures {
    guard !files.isEmpty else { return Exposures(in: environment) }
    return Exposures(of: try places(in: environment))
  }

  private func places(in environment: Environment) throws(VaultError) -> [PlaintextPlace] {
    var places: [PlaintextPlace] = []
    for file in files {
      let place = PlaintextPlace.named(file, in: environment)
      guard PlaintextPlace.canBeReplaced(place.path) else {
        throw VaultError(
          .invalidInput, "\(place.path) is not a file that can be edited: name the file itself")
      }
      guard place.isThere else {
        throw VaultError(.invalidInput, "there is no file \(place.path)")
      }
      places.append(place)
    }
    return places
  }
}
