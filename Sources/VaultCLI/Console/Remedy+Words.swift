import SealedFormat

extension Remedy {
  /// The remedy as an option or command of `vault`.
  ///
  /// `program` is what the user types to run it.
  func words(_ program: String) -> String {
    switch self {
    case .exportWithDevelopmentVersion:
      "write its logins to a file with that version's 'vault export', move the vault away, and take "
        + "them over with '\(program) migrate'"
    case .acceptRollback: "if that is expected, accept it once with '--accept-rollback'"
    case .useFileSystemWithLocks:
      "keep the vault on a file system that has them, named by '--vault' or VAULT_FILE"
    case .makeKeyFile: "'\(program) init --key-file FILE' makes one"
    case .nameFiles: "set it, or name the files by options"
    case .changeSetting(let key): "run '\(program) config set \(key) VALUE'"
    case .giveUsernameSeparately: "give that with '--username'"
    case .trustIssuer:
      "give the certificate of its issuer with '--cacert FILE'; '--no-tls-verify' skips the check"
    case .skipCertificateCheck: "'--no-tls-verify' skips the check"
    case .presentClientCertificate: "give one with '--client-cert FILE --client-key FILE'"
    case .usePlainHTTP: "use '--insecure' for that"
    case .useHTTPS: "leave out '--insecure'"
    case .waitLonger: "'--timeout' waits longer"
    case .storeUnverified: "'--no-verify' stores a login without trying it"
    case .avoidHelper(let client):
      "leave out '--store', or run '\(program) helper uninstall \(client)' first"
    case .readSecret: "'\(program) get --show URI' prints its secret"
    case .exportLogins: "'\(program) export' writes them to a file"
    }
  }
}

extension VaultError {
  /// The message with the remedy, for people.
  func words(_ program: String) -> String {
    remedy.map { "\(message); \($0.words(program))" } ?? message
  }
}
