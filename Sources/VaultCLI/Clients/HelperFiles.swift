import Compat
import Glibc
import SealedFormat
import Vault

/// The clients' files of one session, and the program that they would start.
struct HelperFiles {
  let session: Session
  let setup: HelperSetup

  init(_ session: Session) {
    self.session = session
    setup = HelperSetup(
      places: ClientPlaces(session.environment),
      stateFolder: try? session.environment.stateFolder)
  }

  /// Those that are named; else those that are used here.
  func chosen(_ named: [HelperClient]) -> [HelperClient] {
    guard named.isEmpty else { return HelperClient.allCases.filter(named.contains) }
    return HelperClient.allCases.filter { client in
      client.programs.contains { session.program($0) != nil } || setup.hasOwnFile(client)
    }
  }

  func isInstalled(_ client: HelperClient) -> Bool {
    guard let files = try? setup.status(of: client) else { return false }
    return files.allSatisfy { $0.state == .installed }
  }

  /// Says what the user should know of the files of a client, if that asks the vault.
  func warn(of client: HelperClient, _ console: Console) {
    guard isInstalled(client) else { return }
    let exposures = Exposures(in: session.environment)
    for hint in setup.hints(for: client, exposures) {
      console.warning(hint.words(session.programName))
    }
  }

  /// Why a client would not find docker-credential-vault, or find another than ours.
  var programFault: String? {
    let name = "docker-credential-vault"
    let own = OwnProgram.folder.map { Path.of(name, in: $0) }
    guard let found = session.program(name) else {
      let place = own.flatMap { unsafe access($0, X_OK) == 0 ? $0 : nil }
      return "\(name) is not on the PATH, so the clients cannot start it: "
        + (place.map { "link \($0) into a folder of the PATH" } ?? "install it beside vault")
    }
    guard let own, unsafe access(own, X_OK) == 0, Path.resolved(found) != Path.resolved(own)
    else { return nil }
    return "the clients will start \(found), and not \(own), which belongs to this program"
  }
}
