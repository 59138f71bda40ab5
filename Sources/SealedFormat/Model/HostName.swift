internal import Glibc

/// Host names and addresses, in their one form.
package enum HostName {
  /// The names under which Docker Hub answers or is written.
  ///
  /// Apptainer's documentation logs in to `docker://docker.com`, and docker.com's web pages are where
  /// users copy addresses from.
  package static let dockerHubNames: Set<String> = [
    RegistryScope.dockerHub, "index.docker.io", "registry-1.docker.io", "docker.com",
    "www.docker.com", "hub.docker.com", "registry.hub.docker.com",
  ]

  /// The one form of a host, or nil where there is none.
  ///
  /// - Parameters:
  ///   - text: A name or an address; an IPv6 address stands in brackets.
  ///   - refuse: Makes the error from a reason.
  /// - Returns: The name, or the address without brackets.
  /// - Throws: What `refuse` makes.
  package static func normalise(
    _ text: Substring, _ refuse: (String) -> VaultError
  ) throws(VaultError) -> String? {
    if text.first == "[" {
      guard let address = canonicalIPv6(String(text.dropFirst().dropLast())) else {
        throw refuse("\"\(text)\" is not an IPv6 address")
      }
      return address
    }
    var name = text.lowercased()
    if name.hasSuffix(".") { name.removeLast() }  // the same name, said to be complete
    guard !name.isEmpty else { return nil }
    guard name.utf8.count <= 253 else { throw refuse("the host is longer than 253 characters") }
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    for label in labels {
      guard !label.isEmpty else { throw refuse("the host has an empty part between dots") }
      guard label.utf8.count <= 63 else {
        throw refuse("a part of the host is longer than 63 characters")
      }
      guard label.utf8.allSatisfy(isNameByte) else {
        throw refuse("a host has only letters, digits, \"-\" and \".\"")
      }
      guard !label.hasPrefix("-"), !label.hasSuffix("-") else {
        throw refuse("a part of the host begins or ends with \"-\"")
      }
    }
    // Programs read 127.1, 0x7f.1 and 2130706433 as addresses too, each in its own way.
    if let last = labels.last, isNumeric(last), !isIPv4(name) {
      throw refuse("write an IPv4 address as four numbers from 0 to 255")
    }
    return name
  }

  /// Whether a text is four decimal numbers without leading zeros.
  package static func isIPv4(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        part.isDigits && UInt8(part) != nil
          && (part.count == 1 || part.first != "0")
      }
  }

  private static func isNumeric(_ label: Substring) -> Bool {
    label.isDigits || label.hasPrefix("0x")
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte.isLowercaseLetter || byte.isDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
  }

  private static func canonicalIPv6(_ text: String) -> String? {
    var address = in6_addr()
    guard unsafe inet_pton(AF_INET6, text, &address) == 1 else { return nil }
    var form = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    guard unsafe inet_ntop(AF_INET6, &address, &form, socklen_t(form.count)) != nil else {
      return nil
    }
    return String(buffer: form)
  }
}
