internal import SealedFormat
internal import CLinux
internal import Glibc

/// Where the session bus listens.
///
/// Format: the D-Bus specification, "Server Addresses". Only sockets of this machine are of use; a bus
/// is never started for us.
struct BusAddress: Sendable, Equatable {
  /// A Unix socket, by its path or by its abstract name.
  struct Socket: Sendable, Equatable {
    let name: [UInt8]
    let isAbstract: Bool
  }

  /// What to try, in this order.
  let sockets: [Socket]

  private init(sockets: [Socket]) { self.sockets = sockets }

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
      self.init(sockets: [Socket(name: Array(path.utf8), isAbstract: false)])
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

  private static func socket(_ address: Substring) -> Socket? {
    guard address.hasPrefix("unix:") else { return nil }
    for pair in address.dropFirst("unix:".count).split(separator: ",") {
      guard let equals = pair.firstIndex(of: "="),
        let name = unescaped(pair[pair.index(after: equals)...]), !name.isEmpty
      else { continue }
      switch pair[..<equals] {
      case "path": return Socket(name: name, isAbstract: false)
      case "abstract": return Socket(name: name, isAbstract: true)
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
      do throws(SystemError) {
        let socket = try candidate.connect()
        var user: uid_t = 0
        if unsafe vault_peer_user(socket, &user) == 0, user == ProcessUser.id || user == 0 {
          return socket
        }
        close(socket)
        failure = SystemError(number: EPERM)
      } catch {
        failure = error
      }
    }
    throw failure
  }
}

extension BusAddress.Socket {
  /// Connects without waiting; a socket of this machine either takes us at once or not at all.
  ///
  /// - Returns: A non-blocking descriptor of the caller's.
  fileprivate func connect() throws(SystemError) -> Int32 {
    let descriptor = try checked {
      socket(
        AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    }
    do throws(SystemError) {
      try connect(descriptor)
      return descriptor
    } catch {
      close(descriptor)
      throw error
    }
  }

  private func connect(_ descriptor: Int32) throws(SystemError) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = isAbstract ? [0] + name : name
    let room = MemoryLayout.size(ofValue: address.sun_path)
    guard path.count < room else { throw SystemError(number: ENAMETOOLONG) }
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path) }
    // A path ends with a zero byte, an abstract name with its length.
    let length = MemoryLayout<sa_family_t>.size + path.count + (isAbstract ? 0 : 1)
    _ = try unsafe withUnsafePointer(to: &address) { (pointer) throws(SystemError) in
      try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        (pointer) throws(SystemError) in
        try checked { unsafe Glibc.connect(descriptor, pointer, socklen_t(length)) }
      }
    }
  }
}
