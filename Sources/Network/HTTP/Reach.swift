/// Which addresses a connection may lead to, whatever name led there.
///
/// The address is checked when the connection is made, so no second look-up can give another one.
enum Reach: Hashable, Sendable {
  case anywhere
  /// The Internet, not this machine or a private network.
  case publicNetwork
  case thisMachine

  /// The reach behind a server that is not in a private network.
  var outside: Reach { self == .anywhere ? .publicNetwork : self }

  /// The check before each connection, as libcurl's shim calls it; nil if all addresses are allowed.
  var check: (@convention(c) (UnsafePointer<CChar>?) -> Bool)? {
    switch self {
    case .anywhere: nil
    case .publicNetwork: { unsafe address($0)?.isPublic == true }
    case .thisMachine: { unsafe address($0)?.isLoopback == true }
    }
  }
}

private func address(_ text: UnsafePointer<CChar>?) -> IPAddress? {
  unsafe text.flatMap { unsafe IPAddress(String(cString: $0)) }
}
