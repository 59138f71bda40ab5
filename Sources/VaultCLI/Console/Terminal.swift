import Glibc
import SealedFormat
import Vault

/// The user's terminal, apart from standard input and output, which may be pipes.
struct Terminal: ~Copyable {
  /// The most bytes of a line that the kernel passes on (N_TTY_BUF_SIZE); it drops the rest silently.
  private static let longestLine = 4095

  private let descriptor: Int32

  /// Opens the terminal.
  ///
  /// - Parameter path: The device.
  /// - Throws: `configuration` where there is none.
  init(path: String) throws(VaultError) {
    let opened = unsafe open(path, O_RDWR | O_CLOEXEC | O_NOCTTY)
    guard opened >= 0 else { throw VaultError(.configuration, "there is no terminal to ask on") }
    descriptor = opened
  }

  deinit { close(descriptor) }

  /// Reads one line straight into guarded memory.
  ///
  /// However it ends, by Enter, a signal or an error, the terminal is put back as it was.
  ///
  /// - Parameters:
  ///   - prompt: What is asked, shown as it stands.
  ///   - isHidden: Whether what is typed stays invisible.
  ///   - limit: The most bytes of an answer.
  /// - Returns: The line without its end.
  /// - Throws: `interrupted` where a signal asked the program to end, `refused` where the user ended
  ///   the input, `invalidInput` for a line that is too long.
  func ask(
    _ prompt: String, isHidden: Bool, limit: Int
  ) throws(VaultError) -> SecretBytes {
    let prompt = prompt.shown
    let watch = SignalWatch()
    let mode = try TerminalMode(descriptor, isHidden: isHidden)
    write(prompt)
    let answer = try SecretBytes(capacity: limit) { (output) throws(VaultError) in
      while let byte = try nextByte(watch, mode, prompt: prompt) {
        if byte == UInt8(ascii: "\n") { return }
        guard output.freeCapacity > 0 else {
          throw VaultError(.invalidInput, "the answer is longer than \(limit) bytes")
        }
        output.append(byte)
      }
      guard output.byteCount > 0 else { throw VaultError(.refused, "no answer was given") }
    }
    mode.restore()
    watch.end()
    guard answer.count < Self.longestLine else {
      throw VaultError(
        .invalidInput,
        "a terminal cuts a line off at \(Self.longestLine) bytes, so the answer is not complete: give "
          + "it by file or standard input")
    }
    return answer
  }

  /// Shows a text that is for the user's eyes alone, such as a secret.
  ///
  /// - Throws: `inputOutput` if not all of it is shown.
  func show(_ text: borrowing SecretBytes) throws(VaultError) {
    try text.write(to: descriptor, name: "the terminal")
  }

  /// Shows a text.
  func show(_ text: String) throws(VaultError) {
    try Array(text.utf8).bytes.write(to: descriptor, name: "the terminal")
  }

  /// Waits for a byte or a signal; nil at the end of the input.
  private func nextByte(
    _ watch: borrowing SignalWatch, _ mode: borrowing TerminalMode, prompt: String
  ) throws(VaultError) -> UInt8? {
    while true {
      if let signal = watch.wait(for: descriptor) {
        guard signal == SIGTSTP else {
          write("\n")
          throw VaultError(.interrupted(signal: signal), "interrupted by a signal")
        }
        mode.restore()
        watch.stop()
        mode.apply()
        write(prompt)
        continue
      }
      var byte: UInt8 = 0
      switch unsafe read(descriptor, &byte, 1) {
      case 1: return byte
      case 0: return nil
      default:
        guard errno == EINTR || errno == EAGAIN else {
          throw VaultError(.inputOutput, "cannot read from the terminal")
        }
      }
    }
  }

  private func write(_ text: String) {
    let bytes = Array(text.utf8)
    try? bytes.bytes.write(to: descriptor, name: "to the terminal")  // reading fails then, too
  }
}
