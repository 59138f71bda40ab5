internal import SealedFormat

extension RemoteConfiguration {
  /// The file after an edit, read again and compared with what was meant, so that an edit which
  /// cannot be read back is never written.
  ///
  /// - Throws: `damaged` if the file cannot be edited without harm.
  borrowing func edited(by edit: RemoteEdit, secret: RawSpan) throws(VaultError) -> SecretBytes {
    let bytes = try edit.text.apply(to: text.bytes.bytes, secret: secret)
    guard try says(edit.expectation, secret: secret, in: bytes) else {
      throw VaultError(
        .damaged,
        "\(text.path) is laid out in a way that cannot be edited without loss, so nothing was "
          + "written: lay out Remotes and Credentials as Apptainer does, and try again")
    }
    return bytes
  }

  /// Whether a text says what is expected of it.
  borrowing func says(
    _ expectation: RemoteExpectation, secret: RawSpan = RawSpan(),
    in bytes: borrowing SecretBytes
  ) throws(VaultError) -> Bool {
    do throws(VaultError) {
      let other = try RemoteConfiguration(SecretBytes(copying: bytes.bytes), path: text.path)
      return active.hasSameBytes(as: other.active) && unknownFields == other.unknownFields
        && hasRemotes(expectation, secret, other) && hasEntries(expectation, secret, other)
    } catch {
      guard error.code == .damaged else { throw error }
      return false
    }
  }

  private borrowing func hasRemotes(
    _ expectation: RemoteExpectation, _ secret: RawSpan, _ other: borrowing RemoteConfiguration
  ) -> Bool {
    guard expectation.remotes.count == other.remotes.count else { return false }
    for (index, outcome) in expectation.remotes.enumerated() {
      let new = other.remotes[index]
      let isMet =
        switch outcome {
        case .kept(let old):
          remotes[old].field == new.field
            && hasSame(remotes[old].secret, as: new.secret, of: other)
        case .filled(let old):
          remotes[old].says(of: new) && other.has(secret, at: new.secret)
        case .stripped(let old):
          remotes[old].says(of: new) && new.secret == nil
        case .added(let name):
          new.name.hasSameBytes(as: name) && other.has(secret, at: new.secret)
        }
      guard isMet else { return false }
    }
    return true
  }

  private borrowing func hasEntries(
    _ expectation: RemoteExpectation, _ secret: RawSpan, _ other: borrowing RemoteConfiguration
  ) -> Bool {
    guard expectation.entries.count == other.credentials.count else { return false }
    for (index, outcome) in expectation.entries.enumerated() {
      let new = other.credentials[index]
      let isMet =
        switch outcome {
        case .kept(let old):
          credentials[old].node == new.node
            && hasSame(credentials[old].secret, as: new.secret, of: other)
        case .filled(let old):
          credentials[old].says(of: new, besides: ["URI", "Auth", "Insecure"])
            && new.isInsecure == expectation.isInsecure && other.has(secret, at: new.secret)
        case .stripped(let old):
          credentials[old].says(of: new, besides: ["Auth"]) && new.secret == nil
        case .added(let uri):
          new.uri.hasSameBytes(as: uri) && new.isInsecure == expectation.isInsecure
            && (expectation.hasSecret ? other.has(secret, at: new.secret) : new.secret == nil)
        }
      guard isMet else { return false }
    }
    return true
  }

  /// The fields of the top level that no edit touches.
  private var unknownFields: [YAMLField] {
    text.root?.fields(besides: ["Active", "Remotes", "Credentials"]) ?? []
  }

  private borrowing func has(_ secret: RawSpan, at place: RemoteSecret?) -> Bool {
    place.map { text.bytes.bytes.isSame($0.content, as: 0..<secret.byteCount, of: secret) } ?? false
  }

  private borrowing func hasSame(
    _ old: RemoteSecret?, as new: RemoteSecret?, of other: borrowing RemoteConfiguration
  ) -> Bool {
    guard let old, let new else { return old == nil && new == nil }
    return text.bytes.bytes.isSame(old.content, as: new.content, of: other.text.bytes.bytes)
  }
}

extension RemoteConfiguration.Remote {
  /// Whether another remote has the same name and fields, its token aside.
  fileprivate func says(of other: Self) -> Bool {
    field.key == other.field.key
      && field.value.fields(besides: ["Token"]) == other.field.value.fields(besides: ["Token"])
  }
}

extension RemoteConfiguration.Entry {
  /// Whether another entry has the same address and fields, some of them aside.
  fileprivate func says(of other: Self, besides names: [ByteText]) -> Bool {
    uri.hasSameBytes(as: other.uri)
      && node.fields(besides: names) == other.node.fields(besides: names)
  }
}

extension YAMLNode {
  /// The fields of a mapping other than these.
  fileprivate func fields(besides names: [ByteText]) -> [YAMLField] {
    (fields ?? []).filter { field in !(field.name.map(names.contains) ?? false) }
  }
}

extension RawSpan {
  /// Whether a range of these bytes holds the same as one of others.
  func isSame(_ range: Range<Int>, as other: Range<Int>, of bytes: RawSpan) -> Bool {
    range.count == other.count && zip(range, other).allSatisfy { self[$0] == bytes[$1] }
  }
}
