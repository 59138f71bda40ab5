package import SealedFormat

extension SecretServiceStore {
  /// Every login, those that docker's program leaves behind when another user logs in included.
  ///
  /// - Returns: For each registry the newest, which is the one that is served, and the others.
  /// - Throws: As `list()`.
  package func logins() throws(VaultError) -> [(newest: DockerItem, others: [DockerItem])] {
    let items = try everything()
    return items.current.map { newest in
      let others = items.filter { $0.record.key == newest.record.key && $0.path != newest.path }
      return (newest, others)
    }
  }

  /// The secret of exactly this login.
  ///
  /// - Parameter login: Which one, as it was seen.
  /// - Returns: The credential; nil where it is gone or was changed since.
  /// - Throws: As `find(_:)`.
  package func find(_ login: DockerItem) throws(VaultError) -> Credential? {
    var service = try SecretService(access, needsSecrets: true)
    return try find(login, in: &service)
  }

  /// Removes exactly this login, as long as it is what it was.
  ///
  /// A login's time is in whole seconds, so the secret is compared too.
  ///
  /// - Parameters:
  ///   - login: Which one, as it was seen.
  ///   - secret: What it held then.
  /// - Returns: Whether it is gone; not where it was changed since.
  /// - Throws: As `find(_:)`.
  package func remove(
    _ login: DockerItem, holding secret: borrowing SecretBytes
  ) throws(VaultError) -> Bool {
    var service = try SecretService(access, needsSecrets: true)
    guard let held = try find(login, in: &service) else { return false }
    guard held.secret.isEqual(to: secret) else { return false }
    try service.delete(login.path)
    return true
  }

  private func find(
    _ login: DockerItem, in service: inout SecretService
  ) throws(VaultError) -> Credential? {
    guard let item = try service.items([login.path]).first.flatMap(DockerItem.init),
      item.modified == login.modified, item.record == login.record,
      let secret = try service.secret(of: item.path)
    else { return nil }
    return Credential(record: item.record, secret: secret)
  }
}
