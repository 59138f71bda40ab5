package import SealedFormat

/// How a program ended.
package struct ProgramResult: ~Copyable {
  /// Its exit status; 128 and the signal's number if a signal ended it.
  package let status: Int32
  /// What it wrote to its standard output.
  package let output: SecretBytes

  /// The output alone.
  package consuming func takeOutput() -> SecretBytes { output }
}

extension Program {
  /// Runs the program to its end, without a terminal, in a session of its own.
  ///
  /// It gets no descriptor but its three standard streams. Signals that end this process are held
  /// back until the program is killed.
  ///
  /// - Parameters:
  ///   - input: What it reads on its standard input.
  ///   - variables: The whole of its environment.
  ///   - outputLimit: The most bytes of output that are accepted.
  ///   - timeout: How long it may take; then its process group is killed.
  ///   - note: Is told each line of its standard error, escaped.
  /// - Throws: `configuration` if it cannot be started, `unavailable` after the timeout, `damaged` if
  ///   there is more output, `interrupted` if a signal is to end this process.
  package func run(
    input: RawSpan, variables: ProgramVariables, outputLimit: Int, timeout: Duration,
    note: (String) -> Void
  ) throws(VaultError) -> ProgramResult {
    let pause = SignalPause()
    defer { withExtendedLifetime(pause) {} }
    let process = try ProgramProcess(self, variables)
    defer { withExtendedLifetime(process) {} }
    var exchange = ProgramExchange(process, name: path.escapingControls, timeout: timeout)
    var status: Int32 = 0
    // One byte more, so that output of just the limit does not fill it.
    let output = try SecretBytes(capacity: outputLimit + 1) { (output) throws(VaultError) in
      status = try exchange.run(input, into: &output, note: note)
    }
    return ProgramResult(status: status, output: output)
  }
}
