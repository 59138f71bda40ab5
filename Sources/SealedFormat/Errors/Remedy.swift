/// What a user can do about a failure.
///
/// Each program words it as its own option or command, so no text below the top layer names one.
package enum Remedy: Hashable, Sendable {
  /// Accept the vault as it is, although it is older than before, another one or missing.
  case acceptRollback
  /// Write the logins out with the development version that made the vault, and take them over.
  case exportWithDevelopmentVersion
  /// Keep the vault on a file system that has file locks.
  case useFileSystemWithLocks
  /// Make a key file.
  case makeKeyFile
  /// Name the files explicitly, because there is no home folder.
  case nameFiles
  /// Change the setting with this key.
  case changeSetting(String)
  /// Give the user name separately from the address.
  case giveUsernameSeparately
  /// Trust the issuer of the registry's certificate, or do not check the certificate.
  case trustIssuer
  /// Do not check the registry's certificate.
  case skipCertificateCheck
  /// Authenticate to the registry with a client certificate.
  case presentClientCertificate
  /// Use plain http for the registry.
  case usePlainHTTP
  /// Do not use plain http for the registry.
  case useHTTPS
  /// Use a longer timeout for the registry.
  case waitLonger
  /// Store the login without trying it.
  case storeUnverified
  /// Store the login elsewhere, or stop the helper that Apptainer uses instead, by the file of this client.
  case avoidHelper(client: String)
  /// Print the secret of a login, to log in to another program again.
  case readSecret
  /// Write logins from the vault to another program's file.
  case exportLogins
}
