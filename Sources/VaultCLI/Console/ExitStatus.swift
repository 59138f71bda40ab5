import SealedFormat
import Vault

/// What the program tells its caller.
///
/// The numbers from 64 on are those of sysexits.h.
enum ExitStatus: Int32 {
  case done = 0
  case notFound = 1
  case usage = 64
  case damaged = 65
  case unreachable = 69
  case internalFault = 70
  case cannotCreate = 73
  case inputOutput = 74
  case unavailable = 75
  case rolledBack = 76
  case refused = 77
  case configuration = 78

  init(_ code: VaultError.Code) {
    self =
      switch code {
      case .notFound: .notFound
      case .invalidInput: .usage
      case .damaged: .damaged
      case .unreachable: .unreachable
      case .internalFault: .internalFault
      case .cannotCreate: .cannotCreate
      case .inputOutput: .inputOutput
      case .unavailable: .unavailable
      case .rolledBack: .rolledBack
      case .refused, .interrupted: .refused
      case .configuration: .configuration
      }
  }
}
