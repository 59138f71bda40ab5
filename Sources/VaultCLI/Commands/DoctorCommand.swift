import ArgumentParser
import SealedFormat
import Vault

/// Checks the set-up, and names what to fix.
struct DoctorCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say what is set up, what is not, what leaks, and how to fix it.",
    discussion: """
      Changes nothing and asks nothing. Ends with 0 if there is nothing to fix, otherwise with 1.

      Example:
        \(calledName) doctor
      """)

  @OptionGroup var vault: VaultOptions
  @OptionGroup var verbosity: VerbosityOptions

  @Option(help: "How to print: table or json.")
  var format: ListFormat = .table

  func run(in session: Session) throws(VaultError) -> Ending {
    var findings = Doctor(session: session, options: vault).findings()
    if verbosity.quiet { findings.removeAll { $0.state != .fix } }
    switch format {
    case .table: try session.output.write(findings.map(\.lines).joined())
    case .json: try session.output.write(format.json(findings))
    }
    return findings.contains { $0.state == .fix } ? .status(.notFound) : .done
  }
}
