import Glibc
import SealedFormat
import Vault

/// A terminal's settings while a prompt is open; puts the old ones back at the end of its scope.
struct TerminalMode: ~Copyable {
  private let descriptor: Int32
  private let saved: termios
  private let asking: termios

  init(_ descriptor: Int32, isHidden: Bool) throws(VaultError) {
    var saved = termios()
    guard unsafe tcgetattr(descriptor, &saved) == 0 else {
      throw VaultError(.configuration, "there is no terminal to ask on")
    }
    var asking = saved
    asking.c_lflag |= tcflag_t(ICANON | ISIG | ECHO | ECHONL)
    if isHidden { asking.c_lflag &= ~tcflag_t(ECHO) }
    self.descriptor = descriptor
    self.saved = saved
    self.asking = asking
    apply()
  }

  deinit { restore() }

  /// Settings for the prompt; what was typed before is dropped, so that it answers no question that
  /// was not yet asked.
  func apply() { set(asking) }

  func restore() { set(saved) }

  private func set(_ mode: termios) {
    var mode = mode
    _ = unsafe tcsetattr(descriptor, TCSAFLUSH, &mode)
  }
}
