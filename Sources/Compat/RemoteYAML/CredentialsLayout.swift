internal import Yams

/// Where `Credentials` and its items stand in the file.
struct CredentialsLayout {
  /// One item.
  struct Item {
    let node: Node
    var uri: Node?
    var insecure: Node?
    var authorizationNode: Node?
    /// The value of `Auth` as it stands there, empty or not; nil for null and where there is none.
    var authorization: ScalarToken?
  }

  /// The value of `Credentials`; nil where the file has no such key.
  var list: Node?
  /// The items, as many as the list has.
  var items: [Item] = []
}
