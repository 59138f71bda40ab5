internal import SealedFormat
internal import Glibc

/// Where the session bus listens.
///
/// Format: the D-Bus specification, "Server Addresses". Only sockets of this machine are of use; a bus
/// is never started for us.
struct BusAddress: Sendable, Equatable {
  /// What to try, in this order.
  let sockets: [LocalSocket]

  private init(sockets: [LocalSocket]) { self.sockets = sockets }

  /// The bus that variables name, or nil where there is none.
  ///
  /// - Parameter environment: Names `DBUS_SESSION_BUS_ADDRESS`, else `XDG_RUNTIME_DIR`, in which
  ///   systemd puts the socket `bus`.
  init?(_ environment: Environment) {
    if let text = environment["DBUS_SESSION_BUS_ADDRESS"] {
      self.init(text)
    } else if let folder = environment["XDG_RUNTIME_DIR"], folder.hasPrefix("/") {
      let path = folder + "/bus"
      guard Path.exists(path) else { return nil }
      self.init(sockets: [LocalSocket(name: Array(path.utf8), isAbstract: false)])
    } else {
      return nil
    }
  }

  /// Reads a list of `unix:path=…` and `unix:abstract=…`; what else stands in it is passed over.
  init?(_ text: String) {
    let sockets = text.split(separator: ";").compactMap(Self.socket)
    guard !sockets.isEmpty else { return nil }
    self.init(sockets: sockets)
  }

  private static func socket(_ address: Substring) -> LocalSocket? {
    guard address.hasPrefix("unix:") else { return nil }
    for pair in address.dropFirst("unix:".count).split(separator: ",") {
      guard let equals = pair.firstIndex(of: "="),
        let name = unescaped(pair[pair.index(after: equals)...]), !name.isEmpty
      else { continue }
      switch pair[..<equals] {
      case "path": return LocalSocket(name: name, isAbstract: false)
      case "abstract": return LocalSocket(name: name, isAbstract: true)
      default: continue
      }
    }
    return nil
  }

  /// The bytes behind `%xx`; nil where that is not what follows a `%`.
  private static func unescaped(_ text: Substring) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst()?.hexadecimalValue,
        let low = rest.popFirst()?.hexadecimalValue
      else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }
}

extension BusAddress {
  /// A connection to the first socket that takes us, and whose owner may see our secrets.
  ///
  /// - Returns: A non-blocking descriptor of the caller's.
  func connect() throws(SystemError) -> Int32 {
    var failure = SystemError(number: ENOENT)
    for candidate in sockets {
      do throws(SystemError) { return try candidate.connect() } catch { failure = error }
    }
    throw failure
  }
}
