import Compat
import SealedFormat
import Vault

/// The logins of other programs that lie in the clear.
struct PlaintextFiles {
  let session: Session

  /// A finding for each file that holds one, and one if there is none.
  func findings() -> [Finding] {
    var found = remoteYAML()
    if let places = try? ClientPlaces(session.environment) {
      for path in [places.docker, places.apptainer] + places.authFiles {
        found += dockerFile(path)
      }
    }
    return found.isEmpty ? [.ok("No login lies in the clear where we know to look")] : found
  }

  private func dockerFile(_ path: String) -> [Finding] {
    do throws(VaultError) {
      let servers = try HelperSetup.plaintextServers(in: path)
      guard !servers.isEmpty else { return [] }
      return [
        .mend(
          "\(path) holds logins in the clear: \(servers.joined(separator: ", "))",
          "\(session.programName) migrate")
      ]
    } catch {
      return [.mend(error, session.programName)]
    }
  }

  private func remoteYAML() -> [Finding] {
    guard let home = try? session.environment.home else { return [] }
    let folder = session.environment["APPTAINER_CONFIGDIR"].map(session.environment.absolute)
    let store = RemoteYAMLStore(
      path: RemoteYAMLStore.userPath(configFolder: folder, home: home))
    do throws(VaultError) {
      let secrets = try store.read().plaintextSecrets
      guard !secrets.isEmpty else { return [] }
      let names = secrets.map { "\($0.shown.escapingControls) in line \($0.line)" }
      return [
        .mend(
          "\(store.path) holds secrets in the clear: \(names.joined(separator: ", "))",
          "\(session.programName) migrate")
      ]
    } catch {
      return [.mend(error, session.programName)]
    }
  }
}
