internal import SealedFormat
internal import Vault
internal import CCurl

extension RegistryClient {
  /// Why no registry can be asked from this machine; nil where one can.
  package static var unavailability: String? {
    guard let reason = unsafe vault_curl_start() else { return nil }
    return "libcurl cannot be loaded: \(unsafe String(cString: reason))"
  }
}
