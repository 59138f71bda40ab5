import SealedFormat
import Vault

extension Remedy {
  /// The remedy for the user of a client.
  ///
  /// The helper itself has no options, so it names commands of `vault` and variables. Nil if it is
  /// none for anything that the helper does.
  ///
  /// - Parameter program: What the user types to run `vault`.
  func words(_ program: String) -> String? {
    switch self {
    case .acceptRollback:
      "if that is expected, run '\(program) registry list --accept-rollback' once"
    case .exportWithDevelopmentVersion:
      "write its logins to a file with that version's 'vault export', move the vault away, and take "
        + "them over with '\(program) migrate'"
    case .useFileSystemWithLocks:
      "keep the vault on a file system that has them, named by VAULT_FILE"
    case .makeKeyFile: "'\(program) init --key-file FILE' makes one"
    case .nameFiles: "set it, or name the vault by VAULT_FILE"
    case .changeSetting(let key): "run '\(program) config set \(key) VALUE'"
    case .giveUsernameSeparately, .trustIssuer, .skipCertificateCheck, .presentClientCertificate,
      .usePlainHTTP, .useHTTPS, .waitLonger, .storeUnverified, .avoidHelper, .readSecret,
      .exportLogins:
      nil
    }
  }
}

extension VaultError {
  /// The message with the remedy.
  func words(_ program: String) -> String {
    remedy?.words(program).map { "\(message); \($0)" } ?? message
  }
}
