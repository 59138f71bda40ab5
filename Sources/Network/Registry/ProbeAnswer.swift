/// A registry's answer to `GET /v2/` without credentials; the same for every login to it.
package struct ProbeAnswer: Sendable {
  /// The address of the registry that answered.
  let registry: WebAddress
  /// Whether the registry is on this machine or in a private network.
  let isInternal: Bool
  /// How the registry can be asked; nil if it does not ask for a login.
  let challenges: [AuthenticationChallenge]?
  /// Whether the registry does not speak https and was asked over plain http instead.
  let isFallback: Bool

  /// Where the next connections to the registry may lead.
  ///
  /// If its name leads elsewhere now than it did before, it is another server.
  var reach: Reach {
    if isFallback { return .thisMachine }
    return isInternal ? .anywhere : .publicNetwork
  }
}
