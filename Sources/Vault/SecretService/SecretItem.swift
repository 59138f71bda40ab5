internal import SealedFormat

/// What the desktop keyring tells of an item without its secret; it does so also while it is locked.
struct SecretItem: Sendable, Equatable {
  /// The object on the bus.
  let path: String
  let attributes: [String: String]
  let label: String
  /// In seconds since 1970.
  let created: UInt64
  let modified: UInt64
  /// Whether its secret is not to be had without a question.
  let isLocked: Bool
}
