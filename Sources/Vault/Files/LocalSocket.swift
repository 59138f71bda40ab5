internal import SealedFormat
internal import CLinux
internal import Glibc

/// A Unix socket on which a program of this machine listens, by its path or by its abstract name.
struct LocalSocket: Sendable, Equatable {
  let name: [UInt8]
  let isAbstract: Bool

  /// Connects, if the user or root listens there.
  ///
  /// Does not wait: a socket of this machine either takes us at once or, with EAGAIN, not now.
  ///
  /// - Returns: A non-blocking descriptor of the caller's.
  /// - Throws: EPERM if another user listens there.
  func connect() throws(SystemError) -> Int32 {
    let descriptor = try checked {
      socket(
        AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    }
    do throws(SystemError) {
      try connect(descriptor)
      var user: uid_t = 0
      _ = try checked { unsafe vault_peer_user(descriptor, &user) }
      guard user == ProcessUser.id || user == 0 else { throw SystemError(number: EPERM) }
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
