internal import CCurl

extension RegistryClient {
  /// Why this machine cannot ask any registry; nil if it can.
  package static var unavailability: String? {
    guard let reason = unsafe vault_curl_start() else { return nil }
    return "libcurl cannot be loaded: \(unsafe String(cString: reason))"
  }
}
