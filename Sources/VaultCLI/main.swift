import Glibc
import SealedFormat
import Vault

sealProcess()
let session = Session.ofProcess()
if let refusal = ProcessUser.refusalOfSetuid {
  session.console.fatal(refusal)
  exit(ExitStatus.configuration.rawValue)
}
switch session.run() {
case .status(let status):
  exit(status.rawValue)
case .program(let status):
  exit(status)
case .signal(let number):
  // The caller is to see that the signal ended us, as it would have without a prompt, or ended the
  // program that we ran.
  signal(number, SIG_DFL)
  raise(number)
  exit(ExitStatus.refused.rawValue)
}
