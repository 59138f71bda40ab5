import SealedFormat
import Vault

extension Console {
  /// Says that the vault has records that only a newer version knows, if it does.
  func warn(ofUnknownIn vault: VaultStore?) throws(VaultError) {
    guard let count = try vault?.contents().unknownCount, count > 0 else { return }
    warning(
      "The vault has \(count == 1 ? "one record" : "\(count) records") of a newer version: kept, but "
        + "neither shown nor used")
  }
}
