internal import SealedFormat

extension DockerConfiguration {
  /// One login of the file.
  struct Entry {
    /// The server, as the file spells it.
    let key: String
    /// The names that lead to it.
    let path: [String]
    /// The line in which it begins, counted from 1.
    let line: Int
    let value: JSONNode

    /// The fields of an entry, in lower case.
    enum Field: String, CaseIterable {
      case auth, password, identitytoken, registrytoken
    }

    /// The members that hold a secret.
    var secrets: [JSONNode.Member] { Self.secrets(of: value) }

    /// The value of a field that is a text and not empty: the last one, as Go reads it.
    func text(_ field: Field) -> JSONNode? { texts(field).last?.value }

    /// The members for a field that are texts and not empty; several differ in the case of their names.
    func texts(_ field: Field) -> [JSONNode.Member] { Self.texts(field, of: value) }

    static func secrets(of value: JSONNode) -> [JSONNode.Member] {
      Field.allCases.flatMap { texts($0, of: value) }
    }

    private static func texts(_ field: Field, of value: JSONNode) -> [JSONNode.Member] {
      // Two quotes are an empty text.
      value.fields(field.rawValue).filter { $0.value.kind == .string && $0.value.range.count > 2 }
    }
  }
}
