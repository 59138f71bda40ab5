internal import CLinux
internal import Glibc

/// A connection to the session bus, in which nothing waits without a limit.
///
/// Format: the D-Bus specification. It is spoken here and not through libdbus or GIO so that a secret
/// is received straight into guarded memory, no thread is started, and nothing has to be loaded.
struct BusConnection: ~Copyable {
  /// How often its own time all that is done over one connection may take.
  static let patience = 10
  /// The most calls that wait for an answer at one time; the bus has a limit of its own.
  private static let window = 64
  /// The longest body of an answer without a secret: some 100000 items.
  private static let longestBody = 16 * 1024 * 1024
  /// The longest body with a secret: room for names beside it.
  private static let longestSecretBody = SecretBytes.longestSecret + 4096
  private static let mostSignals = 64

  private let socket: Int32
  private let timeout: Duration
  /// When all of it must be done.
  private var end: Duration
  private var lastSerial: UInt32 = 0
  /// Whether the bus has let us in.
  private var isLoggedIn = false
  /// Signals that came while something else was waited for.
  private var signals: [BusReply] = []

  /// Connects; nothing is sent yet, but from now on the time runs.
  ///
  /// - Parameters:
  ///   - address: Where the bus listens.
  ///   - timeout: How long each answer may take.
  /// - Throws: `unreachable` where nobody listens there, or somebody else.
  init(_ address: BusAddress, timeout: Duration) throws(VaultError) {
    do throws(SystemError) {
      socket = try Self.connect(address)
    } catch {
      throw VaultError(
        .unreachable, "the session bus cannot be reached: \(error.reason)", cause: error)
    }
    self.timeout = timeout
    end = SteadyClock.now + timeout * Self.patience
  }

  /// A connection to the first socket that takes us, and whose owner may see our secrets.
  private static func connect(_ address: BusAddress) throws(SystemError) -> Int32 {
    var failure = SystemError(number: ENOENT)
    for candidate in address.sockets {
      do throws(SystemError) {
        let socket = try candidate.connect()
        var user: uid_t = 0
        if unsafe vault_peer_user(socket, &user) == 0, user == geteuid() || user == 0 {
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

  deinit { close(socket) }

  // MARK: Calls

  /// Asks to be let in, and goes on without waiting for it.
  ///
  /// The user is not named: the bus asks the kernel, which knows it also in a user namespace.
  private static let login = [0] + Array("AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n".utf8)

  /// Makes calls, as many at a time as the bus takes, and waits for all answers.
  ///
  /// - Returns: The answers, in the order of the calls.
  /// - Throws: `unreachable` where an answer does not come in time.
  mutating func exchange(_ calls: [BusCall]) throws(VaultError) -> [BusReply] {
    var replies = [BusReply?](repeating: nil, count: calls.count)
    var open: [UInt32: Int] = [:]
    var next = 0
    var done = 0
    var deadline = deadline
    while done < calls.count {
      if open.count <= Self.window / 2, next < calls.count {
        var bytes = lastSerial == 0 ? Self.login : []
        while open.count < Self.window, next < calls.count {
          let serial = begin()
          bytes += calls[next].head(serial: serial) + calls[next].body.bytes
          open[serial] = next
          next += 1
        }
        try send(bytes.bytes)
      }
      let head = try readHead(deadline)
      guard let place = head.replySerial.flatMap({ open.removeValue(forKey: $0) }) else {
        try passOver(head, deadline)
        continue
      }
      replies[place] = BusReply(head: head, body: try readBody(head, deadline))
      done += 1
      deadline = self.deadline
    }
    return replies.compactMap { $0 }
  }

  /// Makes one call.
  mutating func call(_ call: BusCall) throws(VaultError) -> BusReply {
    guard let reply = try exchange([call]).first else { throw BusReader.malformed }
    return reply
  }

  /// Makes a call that carries a secret; another call has come before it.
  ///
  /// - Parameters:
  ///   - call: Its body has a place for the secret.
  ///   - secret: What is sent there.
  /// - Returns: The answer.
  /// - Throws: `unreachable` where it does not come in time.
  mutating func call(
    _ call: BusCall, carrying secret: borrowing SecretBytes
  ) throws(VaultError) -> BusReply {
    guard let place = call.body.secretPlace, place.length == secret.count else {
      throw VaultError(.internalFault, "a call has no place for its secret")
    }
    let serial = begin()
    let before = call.head(serial: serial) + call.body.bytes[..<place.offset]
    let after = Array(call.body.bytes[place.offset...])
    try send(before.bytes)
    try send(secret.bytes)
    try send(after.bytes)
    let deadline = deadline
    let head = try waitForReply(serial, deadline)
    return BusReply(head: head, body: try readBody(head, deadline))
  }

  /// Makes a call whose answer holds a secret.
  ///
  /// - Throws: `damaged` where the secret is longer than any that we keep.
  mutating func callForSecret(_ call: BusCall) throws(VaultError) -> BusSecretReply {
    let serial = begin()
    let bytes = call.head(serial: serial) + call.body.bytes
    try send(bytes.bytes)
    let deadline = deadline
    let head = try waitForReply(serial, deadline)
    guard head.bodyLength <= Self.longestSecretBody else {
      try drop(head.bodyLength, deadline)
      throw VaultError(
        .damaged,
        "the desktop keyring has a secret longer than \(SecretBytes.longestSecret) bytes there")
    }
    let body = try SecretBytes(capacity: head.bodyLength) { (output) throws(VaultError) in
      try unsafe output.withUnsafeMutableBytes { (buffer, initialized) throws(VaultError) in
        try unsafe read(into: buffer, deadline)
        initialized = buffer.count
      }
    }
    return BusSecretReply(head: head, body: body)
  }

  /// Waits for a signal, which may have come already.
  ///
  /// - Parameters:
  ///   - patience: How long it may take.
  ///   - isMeant: Whether a signal is the one.
  /// - Returns: The signal; nil where it does not come in time.
  /// - Throws: `unreachable` where the connection ends.
  mutating func waitForSignal(
    patience: Duration, _ isMeant: (BusHead) -> Bool
  ) throws(VaultError) -> BusReply? {
    let start = SteadyClock.now
    let deadline = start + patience
    // How long a person takes is no fault of the keyring's.
    defer { end += SteadyClock.now - start }
    while true {
      if let place = signals.firstIndex(where: { isMeant($0.head) }) {
        return signals.remove(at: place)
      }
      guard try isReadable(deadline) else { return nil }
      // Another signal may be on its way in pieces; a message of the bus comes whole.
      let patience = SteadyClock.now + timeout
      try passOver(try readHead(patience), patience)
    }
  }

  // MARK: Messages

  private mutating func begin() -> UInt32 {
    lastSerial += 1
    return lastSerial
  }

  private var deadline: Duration { min(SteadyClock.now + timeout, end) }

  /// Reads up to the body of the next message.
  private mutating func readHead(_ deadline: Duration) throws(VaultError) -> BusHead {
    try finishLogin(deadline)
    var head = try BusHead(fixed: try readBytes(BusHead.fixedLength, deadline))
    try head.read(fields: try readBytes(head.fieldsLength, deadline))
    return head
  }

  private mutating func readBody(
    _ head: BusHead, _ deadline: Duration
  ) throws(VaultError) -> [UInt8] {
    guard head.bodyLength <= Self.longestBody else { throw BusReader.malformed }
    return try readBytes(head.bodyLength, deadline)
  }

  private mutating func waitForReply(
    _ serial: UInt32, _ deadline: Duration
  ) throws(VaultError) -> BusHead {
    while true {
      let head = try readHead(deadline)
      if head.replySerial == serial { return head }
      try passOver(head, deadline)
    }
  }

  /// Keeps a signal that may be waited for later, and drops all else.
  private mutating func passOver(_ head: BusHead, _ deadline: Duration) throws(VaultError) {
    guard head.kind == .signal, Self.isOfUse(head), signals.count < Self.mostSignals else {
      return try drop(head.bodyLength, deadline)
    }
    signals.append(BusReply(head: head, body: try readBody(head, deadline)))
  }

  /// Whether a signal tells of the end of a question, or of a service.
  private static func isOfUse(_ signal: BusHead) -> Bool {
    signal.interface == "org.freedesktop.Secret.Prompt" || signal.member == "NameOwnerChanged"
  }

  // MARK: Log-in

  /// Waits for the bus to let us in, once.
  private mutating func finishLogin(_ deadline: Duration) throws(VaultError) {
    guard !isLoggedIn else { return }
    var line: [UInt8] = []
    while !isLoggedIn {
      line += try readLine(deadline)
      guard line.count < 4096 else { throw BusReader.malformed }
      guard line.suffix(2) == [13, 10] else { continue }
      if line.starts(with: Array("OK ".utf8)) {
        isLoggedIn = true
      } else if !line.starts(with: Array("DATA".utf8)) {
        throw VaultError(.unreachable, "the session bus does not let this user in")
      }
      line = []
    }
  }

  /// What has come, up to the end of a line and not one byte further.
  private mutating func readLine(_ deadline: Duration) throws(VaultError) -> [UInt8] {
    guard try isReadable(deadline) else { throw tooLate }
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = unsafe recv(socket, &bytes, bytes.count, Int32(MSG_PEEK))
    guard count > 0 else { throw ended }
    let length = bytes[..<count].firstIndex(of: 10).map { $0 + 1 } ?? count
    return try readBytes(length, deadline)
  }

  // MARK: Bytes

  private var tooLate: VaultError {
    VaultError(
      .unreachable,
      "the desktop keyring does not answer within \(timeout): the setting secret-service.timeout "
        + "waits longer")
  }

  private var ended: VaultError {
    VaultError(.unreachable, "the session bus ended the connection")
  }

  private func isReadable(_ deadline: Duration) throws(VaultError) -> Bool {
    try wait(for: Int16(POLLIN), until: deadline)
  }

  private func wait(for events: Int16, until deadline: Duration) throws(VaultError) -> Bool {
    while true {
      let left = deadline - SteadyClock.now
      guard left > .zero else { return false }
      var state = pollfd(fd: socket, events: events, revents: 0)
      let milliseconds = Int32(clamping: Int64(left / .milliseconds(1)) + 1)
      let count = unsafe poll(&state, 1, milliseconds)
      if count > 0 { return true }
      guard count == 0 || errno == EINTR else { throw ended }
    }
  }

  private mutating func send(_ bytes: RawSpan) throws(VaultError) {
    let deadline = deadline
    var done = 0
    while done < bytes.byteCount {
      let rest = bytes.extracting(done..<bytes.byteCount)
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count >= 0 {
        done += count
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        guard try wait(for: Int16(POLLOUT), until: deadline) else { throw tooLate }
      default: throw ended
      }
    }
  }

  private mutating func readBytes(
    _ count: Int, _ deadline: Duration
  ) throws(VaultError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var span = bytes.mutableSpan
    try unsafe span.withUnsafeMutableBytes { (buffer) throws(VaultError) in
      try unsafe read(into: buffer, deadline)
    }
    return bytes
  }

  private func drop(_ count: Int, _ deadline: Duration) throws(VaultError) {
    var left = count
    while left > 0 {
      // Guarded, and so wiped: it may be a secret that was too long.
      let piece = min(left, Self.longestSecretBody)
      _ = try SecretBytes(capacity: piece) { (output) throws(VaultError) in
        try unsafe output.withUnsafeMutableBytes { (buffer, _) throws(VaultError) in
          try unsafe read(into: buffer, deadline)
        }
      }
      left -= piece
    }
  }

  private func read(
    into buffer: UnsafeMutableRawBufferPointer, _ deadline: Duration
  ) throws(VaultError) {
    guard let start = buffer.baseAddress else { return }
    var done = 0
    while done < buffer.count {
      let count = unsafe Glibc.recv(socket, start + done, buffer.count - done, 0)
      if count > 0 {
        done += count
        continue
      }
      guard count < 0 else { throw ended }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        guard try wait(for: Int16(POLLIN), until: deadline) else { throw tooLate }
      default: throw ended
      }
    }
  }
}
