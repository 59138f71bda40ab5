internal import CSodium

/// libsodium itself.
enum Sodium {
  /// Prepares the library; safe to call often and from any thread.
  static func start() throws(VaultError) {
    guard sodium_init() >= 0 else {
      throw VaultError(.internalFault, "libsodium did not start: no source of random bytes")
    }
  }
}
