import Compat
import SealedFormat
import Vault

extension MigrationDialog {
  /// Sets up the programs to ask the vault, so that they keep working.
  ///
  /// - Parameters:
  ///   - uses: What uses the logins that were migrated.
  ///   - migration: The migration whose undoing reverts it; nil if no file was changed.
  ///   - keepsDocker: Whether docker keeps asking the vault then, because the keyring's logins do not
  ///     come back.
  func offerHelper(
    for uses: [MigrationUse], undoneWith migration: Int?, keepsDocker: Bool
  ) throws(VaultError) {
    guard !uses.isEmpty else { return }
    let helpers = HelperFiles(session)
    let clients = try helpers.clients(for: uses)
    guard !clients.isEmpty else { return }
    let command =
      "\(session.programName) helper install \(clients.map(\.rawValue).joined(separator: " "))"
    let isWanted =
      if let wanted = request.installsHelper { wanted } else { try askForHelper(command) }
    guard isWanted else {
      console.info(
        "\(Plural.list(clients.map(\.rawValue))) \(clients.count == 1 ? "does" : "do") not ask the "
          + "vault yet: run '\(command)'")
      return
    }
    for client in clients {
      let migration = client == .docker && keepsDocker ? nil : migration
      for (path, outcome, note) in try helpers.setup.install(client, migration: migration) {
        console.info("\(client.rawValue): \(path) \(outcome.words)")
        if let note { console.warning(note) }
      }
      helpers.warn(of: client, console)
    }
    if let fault = helpers.programFault { console.warning(fault) }
  }

  private func askForHelper(_ command: String) throws(VaultError) -> Bool {
    guard !request.isConfirmed else { return false }
    return try session.isConfirmed("Make them ask the vault from now on ('\(command)')?") ?? false
  }
}

extension HelperFiles {
  /// The clients that would use some logins, or are installed here, and do not ask the vault yet.
  fileprivate func clients(for uses: [MigrationUse]) throws(VaultError) -> [HelperClient] {
    let users = HelperClient.allCases.filter {
      uses.contains(.helper($0.program)) || ($0 == .docker && uses.contains(.helper(.helm)))
    }
    guard !users.isEmpty else { return [] }
    var clients: [HelperClient] = []
    for client in chosen(users + chosen([])) {
      if try setup.status(of: client).contains(where: { $0.state != .installed }) {
        clients.append(client)
      }
    }
    return clients
  }
}
