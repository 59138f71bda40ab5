import Testing

@testable import Network

struct IPAddressTests {
  @Test(arguments: [
    "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255",
    "127.0.0.1", "127.255.255.255", "169.254.0.0", "169.254.169.254", "172.16.0.0",
    "172.31.255.255", "192.0.0.0", "192.0.0.8", "192.0.0.170", "192.0.0.255", "192.0.2.1",
    "192.88.99.1", "192.168.0.0", "192.168.255.255", "198.18.0.0", "198.19.255.255",
    "198.51.100.7", "203.0.113.255", "224.0.0.1", "239.255.255.255", "240.0.0.0",
    "255.255.255.255",
    "::", "::1", "::2", "::10.0.0.1", "::8.8.8.8", "::ffff:10.0.0.1", "::ffff:127.0.0.1",
    "::ffff:0:8.8.8.8", "64:ff9b::10.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::8.8.8.8", "100::1", "100:0:0:1::1", "2001::1", "2001:0:0808:0808::1",
    "2001:1::4", "2001:2::1", "2001:10::1", "2001:1ff::1", "2001:db8::1", "2002:808:808::1",
    "2002:a00:1::1", "3fff::1", "3fff:fff::1", "4000::1", "5f00::1", "fc00::1", "fdff::1",
    "fe80::1", "febf::1", "fec0::1", "ff02::1", "ffff::1",
  ])
  func `a special-purpose address is not public`(_ text: String) throws {
    #expect(!(try #require(IPAddress(text)).isPublic))
  }

  @Test(arguments: [
    "1.0.0.0", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
    "126.255.255.255", "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255",
    "172.32.0.0", "191.255.255.255", "192.0.0.9", "192.0.0.10", "192.0.1.0", "192.0.3.0",
    "192.31.196.1", "192.52.193.1", "192.167.255.255", "192.169.0.0", "192.175.48.1",
    "198.17.255.255", "198.20.0.0", "223.255.255.255", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
    "2000::1", "2001:1::1", "2001:1::2", "2001:1::3", "2001:3::1", "2001:4:112::1",
    "2001:20::1", "2001:2f:ffff::1", "2001:30::1", "2001:200::1", "2001:db7::1", "2003::1",
    "2606:4700::1111", "2620:4f:8000::1", "3ffe::1", "3fff:1000::1",
  ])
  func `addresses beside the special-purpose ones are public`(_ text: String) throws {
    #expect(try #require(IPAddress(text)).isPublic)
  }

  @Test(arguments: [
    "", "h", "1.2.3", "1.2.3.4.5", "0x7f.0.0.1", "fe80::1%eth0", "[::1]", "1::2::3",
  ])
  func `a text that is not an IP address is refused`(_ text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test(arguments: [
    (Reach.publicNetwork, "8.8.8.8", true), (.publicNetwork, "10.0.0.1", false),
    (.publicNetwork, "::1", false), (.publicNetwork, "", false), (.thisMachine, "127.1.2.3", true),
    (.thisMachine, "::1", true), (.thisMachine, "::ffff:127.0.0.1", true),
    (.thisMachine, "8.8.8.8", false), (.thisMachine, "10.0.0.1", false), (.thisMachine, "", false),
  ])
  func `the address decides whether a connection is allowed`(
    _ reach: Reach, _ address: String, _ isAllowed: Bool
  )
    throws
  {
    let check = unsafe reach.check
    let answer = unsafe address.withCString { unsafe check?($0) }
    #expect(answer == isAllowed)
  }
}
