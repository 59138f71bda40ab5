internal import SealedFormat

/// A server's answer.
struct HTTPResponse: ~Copyable {
  /// The address that was asked first, before any redirect.
  var asked: WebAddress
  /// The address that answered.
  let address: WebAddress
  /// Whether the server that was asked first is this machine or in a private network; false if a proxy
  /// resolved its name.
  var isInternal: Bool
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

  var isRedirect: Bool { [301, 302, 303, 307, 308].contains(status) }

  /// Whether plain http was answered with a redirect to https.
  var isUpgraded: Bool { !asked.isSecure && address.isSecure }

  /// Whether the credential was turned away.
  var isDenial: Bool { status == 401 || status == 403 }

  /// Whether the server does not have such a page, or not by this method.
  var isMethodUnknown: Bool { [404, 405, 501].contains(status) }

  var challenges: [AuthenticationChallenge] {
    AuthenticationChallenge.parse(fields.filter { $0.name == "www-authenticate" }.map(\.value))
  }
}

extension HTTPResponse.Field {
  /// Takes a head apart, up to the first empty line: after that come trailers.
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
