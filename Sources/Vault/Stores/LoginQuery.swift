package import SealedFormat

/// Which login is wanted.
///
/// A store answers the queries that it understands, and has nothing for the others.
package enum LoginQuery: Sendable {
  /// The login with the longest scope that covers this one.
  case serving(RegistryScope)
  /// The login with exactly this server URL of docker's helper protocol, otherwise the one that serves it
  /// as a registry.
  case server(String)
  /// The login that serves this address, or that is listed exactly so, as keyservers and endpoints are.
  case address(String)
  /// Exactly this login, as the store has listed it.
  case listed(CredentialRecord)
  /// The token of the remote endpoint with this name.
  case endpointToken(String)
}
