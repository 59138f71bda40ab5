internal import SealedFormat
internal import Vault

extension SecretBytes {
  /// The secret as text, which only a test may make of it.
  package var text: String {
    unsafe bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
  }
}
