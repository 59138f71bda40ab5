/// A change of a remote.yaml: what is written, and what must then be read.
struct RemoteEdit {
  var text = TextEdit()
  var expectation: RemoteExpectation
}

/// What a remote.yaml must say after an edit, in terms of what it said before.
struct RemoteExpectation {
  enum Outcome {
    /// The remote or entry of this index before, unchanged.
    case kept(Int)
    /// The same with a new secret.
    case filled(Int)
    /// The same without its secret.
    case stripped(Int)
    /// A new remote of this name, or a new entry of this address.
    case added(String)
  }

  /// The remotes, in their order.
  var remotes: [Outcome]
  /// The entries of `Credentials`, in their order.
  var entries: [Outcome]
  /// What filled and added entries say of plain http.
  var isInsecure = false
  /// Whether added entries have the secret; Apptainer's own notes of a login do not.
  var hasSecret = true
}

extension RemoteConfiguration {
  /// An edit that changes nothing yet.
  var unchanged: RemoteEdit {
    RemoteEdit(
      expectation: RemoteExpectation(
        remotes: remotes.indices.map { .kept($0) }, entries: credentials.indices.map { .kept($0) }))
  }
}
