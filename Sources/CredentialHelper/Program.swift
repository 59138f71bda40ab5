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
    sealProcess()
    let helper = HelperProtocol(
      environment: .ofProcess(), input: STDIN_FILENO, output: STDOUT_FILENO, errors: STDERR_FILENO)
    if let refusal = ProcessUser.refusalOfSetuid { exit(helper.fail(refusal)) }
    exit(helper.run(Array(CommandLine.arguments.dropFirst())))
  }
}
