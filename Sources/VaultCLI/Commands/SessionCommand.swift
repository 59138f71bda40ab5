import ArgumentParser
import SealedFormat

/// A command that reaches the outside world only through its session.
protocol SessionCommand: ParsableCommand {
  func run(in session: Session) throws(VaultError) -> Ending
}
