package import SealedFormat

extension ConnectionOptions {
  /// The same options for a stored login.
  ///
  /// If it was made over TLS with a checked certificate, it is only sent like that.
  package func keeping(_ record: CredentialRecord) -> ConnectionOptions {
    var options = self
    guard record.isSecure else {
      options.prefersPlainHTTP = record.scope?.isLoopback == true && fallsBackToPlainHTTP
      return options
    }
    options.isPlainHTTP = false
    options.checksCertificate = true
    options.fallsBackToPlainHTTP = false
    return options
  }

  /// The same options for a new login that replaces stored ones.
  ///
  /// If one of them was made over TLS, the registry is not asked over plain http without `--insecure`.
  package func replacing(
    _ records: [CredentialRecord], for scope: RegistryScope
  ) -> ConnectionOptions {
    var options = self
    if records.contains(where: { $0.isSecure && $0.scope?.authority == scope.authority }) {
      options.fallsBackToPlainHTTP = false
    }
    return options
  }
}
