import ArgumentParser
import SealedFormat
import Vault

/// Says what is set up and what is not.
struct DoctorCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say what is set up, what is not, what leaks, and what mends each.",
    discussion: """
      Changes nothing and asks nobody. Ends with 0 if there is nothing to mend, else with 1.

      Example:
        vault doctor
      """)

  @OptionGroup var vault: VaultOptions
  @OptionGroup var verbosity: VerbosityOptions

  @Option(help: "How to print: table or json.")
  var format: ListFormat = .table

  func run(in session: Session) throws(VaultError) -> Ending {
    var findings = Doctor(session: session, options: vault).findings()
    if verbosity.quiet { findings.removeAll { $0.state != .mend } }
    switch format {
    case .table: try session.output.write(findings.map(\.lines).joined())
    case .json: try session.output.write(format.json(findings))
    }
    return findings.contains { $0.state == .mend } ? .status(.notFound) : .done
  }
}
