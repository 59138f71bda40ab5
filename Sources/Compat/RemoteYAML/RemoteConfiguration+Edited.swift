internal import SealedFormat
internal import Vault
internal import Yams

extension RemoteConfiguration {
  /// The file after an edit, read again and compared with what was meant: what we could not read
  /// back is never written.
  ///
  /// - Parameters:
  ///   - edit: The change.
  ///   - authorization: The `Auth` value of updated and added entries.
  /// - Returns: The new content of the file.
  /// - Throws: `damaged` where the file cannot be edited without harm.
  borrowing func edited(
    by edit: RegistryEntryEdit, authorization: RawSpan
  ) throws(VaultError) -> SecretBytes {
    let bytes = try edit.text.apply(to: text.bytes.bytes, secret: authorization)
    guard try says(edit, authorization: authorization, in: bytes) else {
      throw VaultError(
        .damaged,
        "\(text.path) is laid out in a way that cannot be edited without loss, so nothing was "
          + "written: lay out Credentials as Apptainer does, and try again")
    }
    return bytes
  }

  private borrowing func says(
    _ edit: RegistryEntryEdit, authorization: RawSpan, in bytes: borrowing SecretBytes
  ) throws(VaultError) -> Bool {
    do throws(VaultError) {
      let result = try RemoteConfiguration(SecretBytes(copying: bytes.bytes), path: text.path)
      return saysTheSameElsewhere(as: result, edit, token: authorization)
        && says(edit, authorization: authorization, in: result)
    } catch {
      guard error.code == .damaged else { throw error }
      return false
    }
  }

  private borrowing func saysTheSameElsewhere(
    as other: borrowing RemoteConfiguration, _ edit: RegistryEntryEdit, token: RawSpan
  ) -> Bool {
    guard active == other.active,
      otherFields(besides: edit.remote) == other.otherFields(besides: edit.remote)
    else { return false }
    let kept = remotes.filter { $0.name != edit.remote }
    let others = other.remotes.filter { $0.name != edit.remote }
    guard kept.count == others.count else { return false }
    let areSame = zip(kept, others).allSatisfy { old, new in
      old.name == new.name
        && text.bytes.bytes.isSame(old.token, as: new.token, of: other.text.bytes.bytes)
    }
    guard areSame, let name = edit.remote else { return areSame }
    return other.remotes.contains {
      $0.name == name
        && other.text.bytes.bytes.isSame($0.token, as: 0..<token.byteCount, of: token)
    }
  }

  private borrowing func says(
    _ edit: RegistryEntryEdit, authorization: RawSpan, in other: borrowing RemoteConfiguration
  ) -> Bool {
    guard edit.outcomes.count == other.credentials.count else { return false }
    for (index, outcome) in edit.outcomes.enumerated() {
      let new = other.credentials[index]
      let item = other.layout.items[index].node
      switch outcome {
      case .kept(let old):
        guard layout.items[old].node == item,
          text.bytes.bytes.isSame(
            credentials[old].authorization, as: new.authorization, of: other.text.bytes.bytes)
        else { return false }
      case .updated(let old):
        guard layout.items[old].node.unknownFields == item.unknownFields,
          credentials[old].uri == new.uri,
          other.isLogin(new, authorization, edit)
        else { return false }
      case .added(let address):
        guard new.uri == address, other.isLogin(new, authorization, edit) else { return false }
      }
    }
    return true
  }

  private borrowing func isLogin(
    _ entry: Entry, _ authorization: RawSpan, _ edit: RegistryEntryEdit
  ) -> Bool {
    entry.isInsecure == edit.isInsecure
      && text.bytes.bytes.isSame(
        entry.authorization, as: edit.hasSecret ? 0..<authorization.byteCount : nil,
        of: authorization)
  }

  /// The top-level fields that an edit may not touch; of a remote whose token it sets, all but that.
  private func otherFields(besides remote: String?) -> [Node] {
    guard case .mapping(let mapping)? = text.root else { return [] }
    return mapping.flatMap { key, value -> [Node] in
      switch key.scalar?.string {
      case "Credentials": []
      // Apptainer always writes these two, so we add them to an empty file.
      case "Active", "Remotes":
        if remote != nil, case .mapping(let remotes) = value {
          remotes.flatMap { $0.key.scalar?.string == remote ? [] : [$0.key, $0.value] }
        } else if value.isNull || value.isEmpty {
          []
        } else {
          [key, value]
        }
      default: [key, value]
      }
    }
  }
}

extension Node {
  /// The fields of an entry other than those that an edit sets.
  fileprivate var unknownFields: [Node] {
    guard case .mapping(let mapping) = self else { return [] }
    return mapping.filter { key, _ in
      !["URI", "Auth", "Insecure"].contains(key.scalar?.string)
    }.flatMap { [$0.key, $0.value] }
  }

  fileprivate var isEmpty: Bool {
    switch self {
    case .scalar(let scalar): scalar.string.isEmpty
    case .mapping(let mapping): mapping.isEmpty
    case .sequence, .alias: false
    }
  }
}

extension RawSpan {
  /// Whether a range of these bytes holds the same as one of others.
  func isSame(_ range: Range<Int>?, as other: Range<Int>?, of bytes: RawSpan) -> Bool {
    guard let range, let other else { return range == nil && other == nil }
    return range.count == other.count
      && zip(range, other).allSatisfy { self[$0] == bytes[$1] }
  }
}
