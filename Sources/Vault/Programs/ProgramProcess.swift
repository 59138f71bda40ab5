internal import SealedFormat
internal import CLinux
internal import Glibc

/// A started program and our ends of the pipes that are its standard streams.
///
/// If it still runs at the end of its scope, it is killed with all of its process group.
final class ProgramProcess {
  private var process: vault_program
  private var isRunning = true

  init(_ program: Program, _ variables: ProgramVariables) throws(VaultError) {
    var process = vault_program()
    let words = program.words.map { Array($0.utf8CString) }
    let failure = unsafe withPointers(to: words) { words in
      unsafe withPointers(to: variables.variables) { variables in
        unsafe vault_program_start(program.path, words, variables, &process)
      }
    }
    guard failure == 0 else {
      throw SystemError(number: failure).failing(
        "the program \(program.path.escapingControls) cannot be started", as: .configuration)
    }
    self.process = process
  }

  deinit {
    closeInput()
    close(process.output)
    close(process.errors)
    if isRunning {
      kill(-process.child, SIGKILL)
      var status: Int32 = 0
      while unsafe waitpid(process.child, &status, 0) == -1 && errno == EINTR {}
    }
  }

  /// Where the program reads its input; -1 once it is closed.
  var input: Int32 { process.input }
  var output: Int32 { process.output }
  var errors: Int32 { process.errors }

  func closeInput() {
    if process.input >= 0 { close(process.input) }
    process.input = -1
  }

  /// The status with which the program has ended, 128 and the signal's number if one ended it; nil
  /// while it runs.
  func endStatus() -> Int32? {
    var value: Int32 = 0
    switch unsafe vault_child_state(process.child, &value) {
    case VAULT_CHILD_EXITED: break
    case VAULT_CHILD_KILLED: value += 128
    case VAULT_CHILD_LOST: value = 255
    default: return nil
    }
    isRunning = false
    return value
  }
}
