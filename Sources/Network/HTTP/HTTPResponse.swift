internal import SealedFormat
internal import Vault

/// A server's answer.
struct HTTPResponse: ~Copyable {
  /// The address that was asked first, before any redirect.
  var asked: WebAddress
  /// The address that answered.
  let address: WebAddress
  /// Whether that is this machine or in a private network, as far as can be known.
  let isInternal: Bool
  let status: Int
  /// The header lines behind the status line, up to the body.
  let fields: [Field]
  /// Where a redirect leads to, as libcurl resolved it.
  let location: String?
  /// The body; an answer to a token request holds a secret.
  let body: SecretBytes

  struct Field: Hashable, Sendable {
    /// In lower case.
    let name: String
    let value: String
  }

  var isSuccess: Bool { (200..<300).contains(status) }

  /// Whether the credential was turned away.
  var isDenial: Bool { status == 401 || status == 403 }

  /// Whether the server has no such page, or not by this method.
  var isMethodUnknown: Bool { [404, 405, 501].contains(status) }

  var challenges: [AuthenticationChallenge] {
    AuthenticationChallenge.parse(fields.filter { $0.name == "www-authenticate" }.map(\.value))
  }
}

extension HTTPResponse.Field {
  /// Takes a head apart.
  ///
  /// What follows an empty line is no head: a trailer behind the body.
  static func parse(head: ArraySlice<UInt8>) -> [Self] {
    var fields: [Self] = []
    let lines = head.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for line in lines.dropFirst() {
      let text = String(decoding: line, as: UTF8.self).trimmingSpace
      if text.isEmpty { break }
      if line.first?.isBlank == true, let last = fields.popLast() {
        fields.append(Self(name: last.name, value: "\(last.value) \(text)"))  // a folded line
      } else if let colon = text.firstIndex(of: ":") {
        let value = String(text[text.index(after: colon)...]).trimmingSpace
        fields.append(Self(name: text[..<colon].lowercased(), value: value))
      }
    }
    return fields
  }
}
