package import SealedFormat
internal import CLinux
internal import Glibc

/// A program that runs at the user's terminal: any file, with our standard streams, in our process
/// group, for as long as it likes.
package enum InteractiveProgram {
  /// Starts the program.
  ///
  /// - Parameters:
  ///   - path: The file. A script that names no interpreter is run by sh, as execvp(3) does it.
  ///   - words: Its name and its arguments, which need not be UTF-8.
  ///   - variables: Its environment.
  ///   - secret: One more variable, `NAME=VALUE` and a NUL; empty for none. It is not copied.
  ///   - mask: The signals that it blocks, a `sigset_t`. As a type of the interface that would belong to
  ///     the module that the compiler happens to load first, CLinux or Glibc.
  /// - Returns: The number of the process.
  package static func start(
    _ path: [UInt8], _ words: [[UInt8]], variables: ProgramVariables,
    secret: borrowing SecretBytes, mask: UnsafeRawPointer
  ) throws(SystemError) -> Int32 {
    var child: pid_t = 0
    let mask = unsafe mask.assumingMemoryBound(to: sigset_t.self)
    let words = words.map(Self.text)
    let path = Self.text(path)
    let failure = unsafe secret.bytes.withUnsafeBytes { bytes in
      let last = unsafe bytes.isEmpty ? nil : bytes.bindMemory(to: CChar.self).baseAddress
      return unsafe withPointers(to: words) { words in
        unsafe withPointers(to: variables.variables, and: last) { variables in
          unsafe vault_start(path, words, variables, mask, &child)
        }
      }
    }
    guard failure == 0 else { throw SystemError(number: failure) }
    return child
  }

  /// The bytes as a C string.
  private static func text(_ bytes: [UInt8]) -> [CChar] {
    bytes.map { CChar(bitPattern: $0) } + [0]
  }
}
