import Testing

@testable import SealedFormat
@testable import Vault
@testable import Network

struct WebAddressTests {
  @Test(arguments: [
    ("https://auth.docker.io/token", "https://auth.docker.io/token"),
    ("HTTPS://Auth.Example.COM./T?a=b#c", "https://auth.example.com/T?a=b"),
    ("https://a.example", "https://a.example/"),
    ("https://a.example?x=1", "https://a.example/?x=1"),
    ("https://a.example:443/t", "https://a.example/t"),
    ("http://a.example:80/t", "http://a.example/t"),
    ("https://a.example:/t", "https://a.example/t"),
    ("http://a.example:443/t", "http://a.example:443/t"),
    ("https://[::1]:5000/t", "https://[::1]:5000/t"), ("https://[0:0::1]/t", "https://[::1]/t"),
  ])
  func `an address from a server is rebuilt from its parts`(_ text: String, _ expected: String) {
    #expect(WebAddress(text)?.text == expected)
  }

  @Test(arguments: [
    "", "token", "/token", "//a.example/t", "ftp://a.example/t", "file:///etc/passwd", "https:/a/t",
    "https://", "https:///t", "https://user@a.example/t", "https://user:pw@a.example/t",
    "https://a.example\\@b.example/t", "https://a.example /t", "https://a.example/t\r\nX: y",
    "https://a.example/\u{0}", "https://é.example/t", "https://a.example:0/t",
    "https://a.example:99999/t",
    "https://a.example:8x/t", "https://0x7f.1/t", "https://127.1/t", "https://2130706433/t",
    "https://[::1/t", "https://::1/t", "https://a..b/t", "https://[::1%25lo]/t", "https://-a/t",
    "https://a%2eb/t", "https://a.example:1:2/t", "https://017.0.0.1/t",
  ])
  func `an address from a server that parsers may read as another host is refused`(_ text: String) {
    #expect(WebAddress(text) == nil)
  }

  @Test(arguments: [
    ("127.0.0.1", true), ("10.1.2.3", true), ("172.16.0.1", true), ("172.31.255.255", true),
    ("172.32.0.1", false), ("192.168.0.1", true), ("169.254.169.254", true), ("100.64.0.1", true),
    ("0.0.0.0", true), ("8.8.8.8", false), ("localhost", true), ("a.localhost", true),
    ("[::1]", true), ("[::]", true), ("[fe80::1]", true), ("[fd00::1]", true),
    ("[fc00::]", true), ("[::ffff:10.0.0.1]", true), ("[::ffff:8.8.8.8]", false),
    ("[2001:db8::1]", true), ("[fc::1]", true), ("[2600::1]", false), ("auth.example.com", false),
  ])
  func `an address from a server is classed as internal or not`(_ host: String, _ isInternal: Bool)
    throws
  {
    #expect(try #require(WebAddress("https://\(host)/")).isInternal == isInternal)
  }

  @Test func `an address from a server keeps its query when one is added`() throws {
    let query = [(name: "service", value: "a b&c=é"), (name: "account", value: "me+you")]
    let added = "service=a%20b%26c%3D%C3%A9&account=me%2Byou"
    for (address, expected) in [
      ("https://a/t", "https://a/t?\(added)"), ("https://a/t?x=1", "https://a/t?x=1&\(added)"),
      ("https://a/t?", "https://a/t?\(added)"), ("https://a/t?x&", "https://a/t?x&\(added)"),
    ] {
      #expect(try #require(WebAddress(address)).adding(query: query).text == expected)
    }
  }
}
