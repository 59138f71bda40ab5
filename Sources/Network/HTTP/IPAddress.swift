internal import Glibc
internal import SealedFormat

/// An IP address.
///
/// An IPv4 address that is mapped into IPv6 (`::ffff:1.2.3.4`) is the IPv4 address.
struct IPAddress: Hashable, Sendable {
  /// 4 or 16 bytes.
  let bytes: [UInt8]

  /// Reads an address without brackets and without a zone; nil if it is not one.
  init?(_ text: String) {
    var v4 = in_addr()
    var v6 = in6_addr()
    if unsafe inet_pton(AF_INET, text, &v4) == 1 {
      bytes = unsafe withUnsafeBytes(of: &v4) { unsafe Array($0) }
    } else if unsafe inet_pton(AF_INET6, text, &v6) == 1 {
      let all = unsafe withUnsafeBytes(of: &v6) { unsafe Array($0) }
      bytes = IPPrefix.mapped.contains(all) ? Array(all[12...]) : all
    } else {
      return nil
    }
  }

  init(v4 bytes: [UInt8]) { self.bytes = bytes }

  /// Whether the address is this machine's own.
  var isLoopback: Bool { IPPrefix.loopbacks.contains { $0.contains(bytes) } }
}

/// The addresses that begin with the same bits.
struct IPPrefix: Hashable, Sendable {
  private let bytes: [UInt8]
  /// In bits.
  let length: Int

  static let mapped = IPPrefix([0, 0, 0, 0, 0, 0xFFFF], 96)
  static let loopbacks = [IPPrefix(127, 0, 0, 0, 8), IPPrefix([0, 0, 0, 0, 0, 0, 0, 1], 128)]

  /// Of IPv4.
  init(_ first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8, _ length: Int) {
    bytes = [first, second, third, fourth]
    self.length = length
  }

  /// Of IPv6; groups that are left out are zero.
  init(_ groups: [UInt16], _ length: Int) {
    let padding = [UInt16](repeating: 0, count: max(0, 8 - groups.count))
    bytes = (groups + padding).flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    self.length = length
  }

  /// Reads `ADDRESS/LENGTH`; nil if it is not that.
  init?(_ text: Substring) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let address = IPAddress(String(parts[0])), parts[1].utf8.count <= 3,
      parts[1].isDigits, let length = Int(parts[1])
    else { return nil }
    // The length of a mapped address counts from the start of IPv6.
    let skipped = address.bytes.count == 4 && parts[0].contains(":") ? Self.mapped.length : 0
    guard (skipped...skipped + address.bytes.count * 8).contains(length) else { return nil }
    bytes = address.bytes
    self.length = length - skipped
  }

  func contains(_ address: [UInt8]) -> Bool {
    guard address.count == bytes.count else { return false }
    for offset in 0..<bytes.count {
      let bits = min(max(length - offset * 8, 0), 8)
      let mask = UInt8(truncatingIfNeeded: 0xFF00 >> bits)
      guard (address[offset] ^ bytes[offset]) & mask == 0 else { return false }
    }
    return true
  }
}
