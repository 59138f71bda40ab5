import Glibc
import SealedFormat
import Vault

/// What the process runs.
///
/// Not a file `main.swift`: variables at its top level belong to the main actor, and that alone links
/// the concurrency library and has libdispatch start on every image pull.
@main
enum Program {
  static func main() {
    let helper = HelperProtocol(
      environment: .ofProcess(), input: STDIN_FILENO, output: STDOUT_FILENO, errors: STDERR_FILENO)
    if let refusal = ProcessUser.refusalOfSetuid { exit(helper.fail(refusal)) }
    // `CommandLine.arguments` would need /proc.
    let arguments = OwnProgram.words.dropFirst().map { String(decoding: $0, as: UTF8.self) }
    // Before standard input is read, and before the limits that a program started later would keep.
    if let successor = helper.successor(arguments) { OwnProgram.become(successor) }
    sealProcess()
    exit(helper.run(arguments))
  }
}
