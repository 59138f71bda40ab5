import Glibc
import Vault

sealProcess()
let helper = HelperProgram(
  environment: .ofProcess(), input: STDIN_FILENO, output: STDOUT_FILENO, errors: STDERR_FILENO)
exit(helper.run(CommandLine.arguments.dropFirst().map { $0 }))
