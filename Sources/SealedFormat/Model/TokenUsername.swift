/// User names that say what kind of token the secret is.
package enum TokenUsername {
  /// An identity token, which is exchanged at the token server: docker's own word for it.
  package static let identityToken = "<token>"
  /// A registry token (`registrytoken` in docker's files), which is sent to the registry unchanged.
  ///
  /// Docker's helper protocol has no word for it, so it is never served there.
  package static let registryToken = "<registrytoken>"
}
