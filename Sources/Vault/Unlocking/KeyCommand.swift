package import SealedFormat

/// A program whose output is a key file.
package struct KeyCommand: Sendable {
  /// The variable that names a command.
  static let variableName = "VAULT_KEY_COMMAND"
  /// The most output that is read; a key file has 85 bytes.
  private static let outputLimit = 4096

  /// The program and its arguments.
  package let words: [String]
  private let context: ProgramContext

  package init(_ words: [String], _ context: ProgramContext) {
    self.words = words
    self.context = context
  }

  /// The program, for messages.
  package var name: String { words.first?.escapingControls ?? "" }

  /// The file that would be run.
  ///
  /// - Throws: `configuration` if there is none, or another user could have written it.
  package var file: String {
    get throws(VaultError) { try Program(words, in: context.environment).path }
  }

  /// Runs the program and takes the key from its output.
  ///
  /// - Parameter warn: Is told each line of its standard error.
  /// - Throws: `configuration` if it cannot be run or gives no key file, `unavailable` if it fails or does
  ///   not end in time.
  func secret(warn: (String) -> Void) throws(VaultError) -> SlotSecret {
    let output = try run(words, input: RawSpan(), warn)
    do throws(VaultError) {
      return SlotSecret(kind: .keyFile, bytes: try KeyFile.key(in: output, path: "the output"))
    } catch {
      throw VaultError(
        .configuration, "the program \(name) gave no key: \(error.message)", cause: error)
    }
  }

  /// Makes a key, has another program seal it, and takes it back by this one to prove that it works.
  ///
  /// The key is written to the other program's standard input, and nowhere else.
  ///
  /// - Throws: As `secret`; `refused` if this program gives another key.
  package func makeKey(
    sealedBy sealing: [String], warn: (String) -> Void
  ) throws(VaultError) -> SlotSecret {
    let key = try SecretBytes.random(count: VaultKey.length)
    let text = try KeyFile.text(of: key)
    _ = try run(sealing, input: text.bytes, warn)
    let opened = try secret(warn: warn)
    guard opened.bytes.isEqual(to: key) else {
      throw VaultError(
        .refused, "the program \(name) gives another key than the one that was sealed")
    }
    return opened
  }

  private func run(
    _ words: [String], input: RawSpan, _ warn: (String) -> Void
  ) throws(VaultError) -> SecretBytes {
    let name = words.first?.escapingControls ?? ""
    let result: ProgramResult
    do throws(VaultError) {
      // Without the variable: a command that opens a vault itself must not start itself again.
      result = try Program(words, in: context.environment).run(
        input: input, variables: context.variables().removing([Self.variableName]),
        outputLimit: Self.outputLimit, timeout: context.timeout
      ) { warn("\(name): \($0)") }
    } catch {
      guard error.code == .damaged else { throw error }
      throw VaultError(.configuration, error.message, cause: error)
    }
    guard result.status == 0 else {
      throw VaultError(.unavailable, "the program \(name) failed with status \(result.status)")
    }
    return result.takeOutput()
  }
}
