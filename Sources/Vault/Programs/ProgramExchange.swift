internal import SealedFormat
internal import CLinux
internal import Glibc

/// The bytes that go to and come from a program until it has ended.
struct ProgramExchange {
  private let process: ProgramProcess
  private let name: String
  private let end: Duration
  private let timeout: Duration
  private var errors = ProgramErrors()
  private var isOutputOpen = true
  private var isErrorsOpen = true

  init(_ process: ProgramProcess, name: String, timeout: Duration) {
    self.process = process
    self.name = name
    self.timeout = timeout
    end = SteadyClock.now + timeout
  }

  /// Writes the input and collects the output until the program has ended.
  ///
  /// A program that was started by this one may keep the pipes open: nothing waits for it.
  ///
  /// - Returns: The status of the program.
  /// - Throws: `unavailable` after the timeout, `interrupted` if a signal is to end this process,
  ///   `damaged` if there is no room for more output.
  @_lifetime(output: copy output)
  mutating func run(
    _ input: RawSpan, into output: inout OutputRawSpan, note: (String) -> Void
  ) throws(VaultError) -> Int32 {
    var sent = 0
    if input.byteCount == 0 { process.closeInput() }
    while true {
      try checkTime()
      waitForEvent()
      // Asked first: what the program wrote before it ended is in the pipes by then.
      let status = process.endStatus()
      if process.input >= 0 { send(input, &sent) }
      try receive(into: &output)
      receiveErrors(note)
      if let status {
        errors.finish(note)
        return status
      }
    }
  }

  private func checkTime() throws(VaultError) {
    let signal = vault_pending_end()
    guard signal == 0 else { throw VaultError(.interrupted(signal: signal), "") }
    guard SteadyClock.now < end else {
      throw VaultError(
        .unavailable, "the program \(name) did not end within \(timeout), so it was killed")
    }
  }

  /// Waits for a moment: the end of the program, and signals, have no descriptor to wait for.
  private func waitForEvent() {
    var events = [
      pollfd(fd: process.input, events: Int16(POLLOUT), revents: 0),
      pollfd(fd: isOutputOpen ? process.output : -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: isErrorsOpen ? process.errors : -1, events: Int16(POLLIN), revents: 0),
    ]
    _ = unsafe poll(&events, nfds_t(events.count), isOutputOpen ? 20 : 2)
  }

  private func send(_ input: RawSpan, _ sent: inout Int) {
    let rest = input.extracting(sent..<input.byteCount)
    let count = unsafe rest.withUnsafeBytes {
      unsafe vault_write_without_signal(process.input, $0.baseAddress, $0.count)
    }
    if count > 0 { sent += count }
    // A program that does not want all of its input is no fault of anybody.
    let hasFailed = count < 0 && ![EAGAIN, EINTR].contains(errno)
    if hasFailed || sent == input.byteCount { process.closeInput() }
  }

  @_lifetime(output: copy output)
  private mutating func receive(into output: inout OutputRawSpan) throws(VaultError) {
    while isOutputOpen {
      guard output.freeCapacity > 0 else {
        throw VaultError(.damaged, "the output of the program \(name) is too long")
      }
      let count = unsafe output.withUnsafeMutableBytes { buffer, initialized in
        let count = unsafe read(
          process.output, buffer.baseAddress.map { unsafe $0 + initialized },
          buffer.count - initialized)
        initialized += max(count, 0)
        return count
      }
      if count < 0 && [EAGAIN, EINTR].contains(errno) { return }
      if count <= 0 { isOutputOpen = false }
    }
  }

  private mutating func receiveErrors(_ note: (String) -> Void) {
    var piece = [UInt8](repeating: 0, count: 4096)
    while isErrorsOpen {
      let count = unsafe read(process.errors, &piece, piece.count)
      if count < 0 && [EAGAIN, EINTR].contains(errno) { return }
      if count <= 0 { isErrorsOpen = false } else { errors.add(piece[..<count], note) }
    }
  }
}
