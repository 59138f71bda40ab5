internal import SealedFormat
internal import CLinux
internal import Glibc

/// A connection to the user's SSH agent, on which nothing waits without a limit.
///
/// Protocol: draft-miller-ssh-agent-14.
struct SSHAgentConnection: ~Copyable {
  /// The longest message that OpenSSH's agent takes or sends.
  private static let longestMessage = 256 * 1024

  private let socket: Int32

  /// Connects.
  ///
  /// - Parameters:
  ///   - path: An absolute path.
  ///   - end: When it must be done; an agent that is busy may not take a connection at once.
  /// - Throws: `unreachable` if no agent of the user's or root's listens there.
  init(path: String, until end: Duration) throws(VaultError) {
    let address = LocalSocket(name: Array(path.utf8), isAbstract: false)
    while true {
      do throws(SystemError) {
        socket = try address.connect()
        return
      } catch {
        guard error.number == EAGAIN, SteadyClock.now < end else {
          let reason = error.number == EPERM ? "it belongs to another user" : error.reason
          throw VaultError(
            .unreachable,
            "the socket of the ssh-agent, \(path.escapingControls), cannot be used (\(reason)): start an "
              + "agent, or log in again", cause: error)
        }
        SteadyClock.sleep(.milliseconds(20))
      }
    }
  }

  deinit { close(socket) }

  /// Sends a message and waits for the answer.
  ///
  /// - Returns: The answer without its length.
  /// - Throws: `unavailable` if it does not come in time, `unreachable` if the agent goes away, `damaged`
  ///   if the answer is longer than any.
  func exchange(_ message: [UInt8], until end: Duration) throws(VaultError) -> SecretBytes {
    try send(message.sshString, until: end)
    let header = try receive(4, until: end)
    var fields = SSHFields(0..<4)
    let length = try fields.number(in: header.bytes)
    guard (1...Self.longestMessage).contains(length) else {
      throw VaultError(.damaged, "an answer of the ssh-agent claims to have \(length) bytes")
    }
    return try receive(length, until: end)
  }

  private func send(_ bytes: [UInt8], until end: Duration) throws(VaultError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      try wait(for: Int16(POLLOUT), until: end)
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count > 0 { rest = rest.dropFirst(count) } else { try checkError() }
    }
  }

  private func receive(_ length: Int, until end: Duration) throws(VaultError) -> SecretBytes {
    try SecretBytes(capacity: length) { (output) throws(VaultError) in
      while output.freeCapacity > 0 {
        try wait(for: Int16(POLLIN), until: end)
        let count = unsafe output.withUnsafeMutableBytes { buffer, initialized in
          let count = unsafe read(
            socket, buffer.baseAddress.map { unsafe $0 + initialized }, buffer.count - initialized)
          initialized += max(count, 0)
          return count
        }
        guard count != 0 else { throw Self.gone }
        if count < 0 { try checkError() }
      }
    }
  }

  private func wait(for event: Int16, until end: Duration) throws(VaultError) {
    while true {
      let left = end - SteadyClock.now
      guard left > .zero else {
        throw VaultError(.unavailable, "the ssh-agent did not answer in time")
      }
      var events = pollfd(fd: socket, events: event, revents: 0)
      let milliseconds = Int32(clamping: Int64(left / .milliseconds(1)) + 1)
      if unsafe poll(&events, 1, milliseconds) > 0 { return }
    }
  }

  private func checkError() throws(VaultError) {
    guard [EAGAIN, EINTR].contains(errno) else { throw Self.gone }
  }

  private static var gone: VaultError {
    VaultError(.unreachable, "the ssh-agent closed the connection without an answer")
  }
}
