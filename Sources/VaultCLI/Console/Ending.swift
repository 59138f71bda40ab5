/// How a command line ended.
enum Ending: Equatable {
  case status(ExitStatus)
  /// With the exit status of a child process.
  case program(Int32)
  /// A signal ended a prompt, whose terminal is restored by now, or a child process.
  case signal(Int32)

  static let done = Ending.status(.done)
}
