extension IPAddress {
  /// Whether the address can be reached in the whole Internet.
  ///
  /// Everything else leads into a network of its own: this machine, a private network, a test.
  var isPublic: Bool {
    if bytes.count == 16 {
      // The last bytes are the IPv4 address to which the gateway translates (RFC 6052).
      if Self.translated.contains(bytes) { return IPAddress(v4: Array(bytes[12...])).isPublic }
      guard Self.globalUnicast.contains(bytes) else { return false }
    }
    let closest = Self.special.filter { $0.prefix.contains(bytes) }
      .max { $0.prefix.length < $1.prefix.length }
    return closest?.isPublic ?? true
  }

  private static let translated = IPPrefix([0x64, 0xFF9B], 96)
  /// The part of IPv6 that is assigned to networks; the rest is special or reserved.
  private static let globalUnicast = IPPrefix([0x2000], 3)

  /// IANA's registries of special-purpose addresses (RFC 6890) as of 2025, with multicast and reserved
  /// addresses.
  ///
  /// The flag is the registry's "globally reachable". Where that is "not applicable" (6to4, Teredo),
  /// the address leads into another network, so it does not count as public.
  static let special: [(prefix: IPPrefix, isPublic: Bool)] = [
    (IPPrefix(0, 0, 0, 0, 8), false),  // this network
    (IPPrefix(10, 0, 0, 0, 8), false),  // private use
    (IPPrefix(100, 64, 0, 0, 10), false),  // shared by carriers
    (IPPrefix(127, 0, 0, 0, 8), false),  // loopback
    (IPPrefix(169, 254, 0, 0, 16), false),  // link-local
    (IPPrefix(172, 16, 0, 0, 12), false),  // private use
    (IPPrefix(192, 0, 0, 0, 24), false),  // IETF protocol assignments
    (IPPrefix(192, 0, 0, 9, 32), true),  // Port Control Protocol anycast
    (IPPrefix(192, 0, 0, 10, 32), true),  // TURN anycast
    (IPPrefix(192, 0, 2, 0, 24), false),  // documentation
    (IPPrefix(192, 31, 196, 0, 24), true),  // AS112
    (IPPrefix(192, 52, 193, 0, 24), true),  // AMT
    (IPPrefix(192, 88, 99, 0, 24), false),  // 6to4 relays, deprecated
    (IPPrefix(192, 168, 0, 0, 16), false),  // private use
    (IPPrefix(192, 175, 48, 0, 24), true),  // AS112
    (IPPrefix(198, 18, 0, 0, 15), false),  // benchmarks
    (IPPrefix(198, 51, 100, 0, 24), false),  // documentation
    (IPPrefix(203, 0, 113, 0, 24), false),  // documentation
    (IPPrefix(224, 0, 0, 0, 4), false),  // multicast
    (IPPrefix(240, 0, 0, 0, 4), false),  // reserved, limited broadcast
    (IPPrefix([], 128), false),  // unspecified
    (IPPrefix([0, 0, 0, 0, 0, 0, 0, 1], 128), false),  // loopback
    (IPPrefix([0x64, 0xFF9B, 1], 48), false),  // local translation to IPv4
    (IPPrefix([0x100], 64), false),  // discard
    (IPPrefix([0x100, 0, 0, 1], 64), false),  // dummy
    (IPPrefix([0x2001], 23), false),  // IETF protocol assignments, with Teredo and ORCHID
    (IPPrefix([0x2001, 1, 0, 0, 0, 0, 0, 1], 128), true),  // Port Control Protocol anycast
    (IPPrefix([0x2001, 1, 0, 0, 0, 0, 0, 2], 128), true),  // TURN anycast
    (IPPrefix([0x2001, 1, 0, 0, 0, 0, 0, 3], 128), true),  // DNS-SD service registration anycast
    (IPPrefix([0x2001, 2], 48), false),  // benchmarks
    (IPPrefix([0x2001, 3], 32), true),  // AMT
    (IPPrefix([0x2001, 4, 0x112], 48), true),  // AS112
    (IPPrefix([0x2001, 0x20], 28), true),  // ORCHIDv2
    (IPPrefix([0x2001, 0x30], 28), true),  // drone remote identification
    (IPPrefix([0x2001, 0xDB8], 32), false),  // documentation
    (IPPrefix([0x2002], 16), false),  // 6to4
    (IPPrefix([0x2620, 0x4F, 0x8000], 48), true),  // AS112
    (IPPrefix([0x3FFF], 20), false),  // documentation
    (IPPrefix([0x5F00], 16), false),  // segment routing
    (IPPrefix([0xFC00], 7), false),  // unique local
    (IPPrefix([0xFE80], 10), false),  // link-local
    (IPPrefix([0xFEC0], 10), false),  // site-local, deprecated
    (IPPrefix([0xFF00], 8), false),  // multicast
  ]
}
