import SealedFormat
import Vault

extension LoginQuery {
  /// The registry that is asked for, for stores that keep nothing but logins to registries; nil if it is
  /// something else.
  var scope: RegistryScope? {
    switch self {
    case .serving(let scope): scope
    case .server(let address), .address(let address): (try? RegistryURI(address))?.scope
    case .listed(let record): record.scope
    case .endpointToken: nil
    }
  }
}
