internal import SealedFormat
internal import Vault

/// How a registry answers somebody who has not said who he is; the same for every login to it.
package struct RegistryGreeting: Sendable {
  /// Where the registry was found.
  let registry: WebAddress
  /// Whether it is on this machine or in a private network.
  let isInternal: Bool
  /// What it wants to know; nil where it lets everybody in.
  let challenges: [AuthenticationChallenge]?
  /// Whether it does not speak https and was asked over plain http instead.
  let isFallback: Bool
}
