public import Vault
public struct RemoteYAMLStore: CredentialStore {
  public let path: String
  public init(path: String) { self.path = path }
  public static func userPath(configurationFolder: String?, home: String) -> String {
    (configurationFolder ?? home + "/.apptainer") + "/remote.yaml"
  }
  public func list() throws(VaultError) -> [CredentialRecord] { [] }
  public func find(_ scope: RegistryScope) throws(VaultError) -> Credential? { nil }
  public mutating func put(_ credential: borrowing Credential) throws(VaultError) {}
  public mutating func remove(_ scope: RegistryScope) throws(VaultError) -> Bool { false }
}
