import Testing
import SealedFormat
import Vault
import VaultTestSupport

@testable import Compat

/// A home with a vault, and files of other programs to take over.
final class MigrationHome {
  let folder: TemporaryFolder
  let store: VaultStore
  let environment: Environment

  init() throws {
    folder = try TemporaryFolder()
    environment = Environment(["HOME": folder.path], workingFolder: folder.path)
    let access = try VaultAccess(environment: environment)
    store = try access.make(with: try SlotSecret(makingKeyFile: folder.path + "/vault.key"))
  }

  /// The file of a name, in the form that its ending says.
  func place(_ name: String) -> PlaintextPlace {
    PlaintextPlace.named("\(folder.path)/\(name)", in: environment)
  }

  func plan(_ names: [String]) throws -> MigrationPlan {
    let places = names.map { place($0) }
    return try MigrationPlan(Exposures(of: places)) { (key) throws(VaultError) in
      try self.store.find(key)
    }
  }

  /// Takes over what is in some files, as far as that is certain or preferred.
  @discardableResult
  func migrate(
    _ names: [String], preferring preferences: [MigrationPlan.Preference] = [], now: Int64 = 7
  ) throws -> (plan: MigrationPlan, number: Int, results: [Migration.Result]) {
    let plan = try plan(names)
    let migration = Migration(
      plan, plan.choices(preferring: preferences), in: environment, now: now)
    let (number, results) = try migration.perform(in: store)
    return (plan, number, results)
  }

  func undo(_ number: Int) throws -> [MigrationLog.Result] {
    try log.undo(number, try log.entries())
  }

  var log: MigrationLog { MigrationLog(store, in: environment) }

  /// The user name and secret that the vault has for a key; nil for none.
  func kept(_ key: CredentialRecord.Key) throws -> String? {
    guard let credential = try store.find(key) else { return nil }
    return credential.record.username + ":" + credential.secret.readable
  }
}
