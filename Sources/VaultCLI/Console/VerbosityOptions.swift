import ArgumentParser

/// How many messages are written.
struct VerbosityOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Say only what is wrong.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Say why things are done the way they are.")
  var verbose = false

  func console(in session: Session) -> Console {
    Console(output: session.errors, level: quiet ? .quiet : verbose ? .verbose : .normal)
  }

  func validate() throws {
    if quiet && verbose { throw ValidationError("--quiet and --verbose exclude each other.") }
  }
}
