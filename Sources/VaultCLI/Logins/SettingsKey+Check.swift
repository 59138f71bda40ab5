import SealedFormat
import Vault

extension Settings.Key {
  /// What holds where the setting is missing.
  var usual: String {
    switch self {
    case .keyFile: "no key file"
    case .unlockTimeout: "8h"
    case .helperWhenLocked: "fail"
    case .store: "sealed; the first login asks where there is a choice"
    case .keyringTimeout: "3s"
    }
  }

  /// A value that the setting can have.
  ///
  /// - Parameters:
  ///   - value: What somebody wants.
  ///   - environment: Tells what a relative path is meant from.
  /// - Returns: The value as it is recorded.
  /// - Throws: `invalidInput` with the values that there are.
  func checked(_ value: String, environment: Environment) throws(VaultError) -> String {
    switch self {
    case .keyFile:
      guard !value.isEmpty else { throw refusal("the path of a key file") }
      return environment.absolute(value)
    case .unlockTimeout: _ = try UnlockCache.timeout(value)
    case .keyringTimeout: _ = try KeyringAccess.timeout(value)
    case .helperWhenLocked:
      guard ["fail", "anonymous"].contains(value) else { throw refusal("fail or anonymous") }
    case .store:
      guard VaultAccess.Store(rawValue: value) != nil else {
        throw refusal("sealed or secret-service")
      }
    }
    return value
  }

  private func refusal(_ values: String) -> VaultError {
    VaultError(.invalidInput, "\(rawValue) takes \(values)")
  }
}
