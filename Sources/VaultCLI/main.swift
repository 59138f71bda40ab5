import Glibc
import SealedFormat
import Vault

sealProcess()
switch Session.ofProcess().run() {
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
