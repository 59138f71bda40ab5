import Glibc
import SealedFormat
import Vault

/// User name and password of a login: from options, Apptainer's variables, standard input or the
/// terminal.
struct LoginInput {
  private static let longestName = 1024

  let session: Session
  let console: Console

  init(_ session: Session, _ console: Console) {
    self.session = session
    self.console = console
  }

  /// The user name.
  ///
  /// - Parameter option: What `--username` gave.
  /// - Returns: A name without control characters, not empty.
  /// - Throws: `invalidInput` where there is none or it is not usable.
  func username(option: String?) throws(VaultError) -> String {
    let name: String
    if let given = option ?? variable("LOGIN_USERNAME") {
      name = given
    } else {
      name = try askUsername()
    }
    guard !name.isEmpty else {
      throw VaultError(
        .invalidInput,
        "the user name is empty; write one that begins with \"$\" in single quotes, or the shell "
          + "takes it for a variable")
    }
    guard !name.hasControls else {
      throw VaultError(.invalidInput, "the user name has a control character")
    }
    guard !name.contains(":") else {
      throw VaultError(
        .invalidInput, "the user name has a \":\", which no registry can be sent (RFC 7617)")
    }
    guard !name.unicodeScalars.contains("\u{fffd}") else {
      throw VaultError(.invalidInput, "the user name is not UTF-8")
    }
    return name
  }

  private func askUsername() throws(VaultError) -> String {
    guard let terminal = try? Terminal(path: session.terminalPath) else {
      throw VaultError(.invalidInput, "no user name: give it with --username")
    }
    let answer = try terminal.ask("Username: ", isHidden: false, limit: Self.longestName)
    return unsafe answer.bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
  }

  /// The password or token.
  ///
  /// - Parameters:
  ///   - option: What `--password` gave.
  ///   - fromInput: Whether standard input gives it.
  /// - Returns: The password to the byte, not empty.
  /// - Throws: `invalidInput` for an empty or too long one, `configuration` where nobody can be asked.
  func secret(option: String?, fromInput: Bool) throws(VaultError) -> SecretBytes {
    let secret: SecretBytes
    if fromInput {
      let input = try SecretBytes(
        reading: session.input, limit: SecretBytes.longestSecret + 2, name: "standard input")
      secret = try input.droppingLineEnd()
    } else if let option {
      console.warning(
        "A password on the command line can be read by other users: prefer --password-stdin")
      secret = try copy(option)
    } else if let value = variable("LOGIN_PASSWORD") {
      console.warning(
        "A password in the environment can be read by every program that is started: prefer "
          + "--password-stdin")
      secret = try copy(value)
    } else {
      secret = try askSecret()
    }
    guard !secret.isEmpty else { throw VaultError(.invalidInput, "the password is empty") }
    return secret
  }

  private func askSecret() throws(VaultError) -> SecretBytes {
    guard let terminal = try? Terminal(path: session.terminalPath) else {
      throw VaultError(
        .configuration, "there is no terminal to ask for the password: give --password-stdin")
    }
    return try terminal.ask(
      "Password / Token: ", isHidden: true, limit: SecretBytes.longestSecret)
  }

  /// A crossing: what came by argument or variable has been a `String` in this process, and readable
  /// outside of it, before we saw it.
  private func copy(_ exposed: String) throws(VaultError) -> SecretBytes {
    try SecretBytes(capacity: exposed.utf8.count) { (output) throws(VaultError) in
      try output.append(exposed)
    }
  }

  /// A variable of Apptainer's, or its older name.
  private func variable(_ name: String) -> String? {
    session.environment["APPTAINER_" + name] ?? session.environment["SINGULARITY_" + name]
  }
}
