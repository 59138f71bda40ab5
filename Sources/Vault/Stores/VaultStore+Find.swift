package import SealedFormat

extension VaultStore: LoginStore {
  package var name: String { "sealed" }

  package func find(_ query: LoginQuery) throws(VaultError) -> Credential? {
    switch query {
    case .serving(let scope): return try findClosest(to: scope)
    case .server(let serverURL):
      if let credential = try find(.helperKey(serverURL)) { return credential }
      guard !ServerKey.isDockerHubToken(serverURL) else { return nil }
      return try findRegistry(serverURL)
    case .address(let address):
      // No registry is listed with `https://`, but keyservers are. An endpoint may be named like a host.
      for key in [CredentialRecord.Key.helperKey(address), .keyserver(address)] {
        if let credential = try find(key) { return credential }
      }
      if let credential = try findRegistry(address) { return credential }
      return try find(.endpoint(address))
    case .listed(let record): return try find(record.key)
    case .endpointToken(let name): return try find(.endpoint(name))
    }
  }

  private func findRegistry(_ address: String) throws(VaultError) -> Credential? {
    guard let uri = try? RegistryURI(address) else { return nil }
    return try findClosest(to: uri.scope)
  }
}
