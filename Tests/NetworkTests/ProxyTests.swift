import Testing
import VaultTestSupport

@testable import Network
@testable import SealedFormat

struct ProxyTests {
  /// Go's own table (httpproxy), and what its rules say of the rest.
  @Test(arguments: [
    ("example.com", "example.com", false), ("example.com", "www.example.com", false),
    ("example.com", "notexample.com", true), (".example.com", "www.example.com", false),
    (".example.com", "example.com", true), ("*.example.com", "www.example.com", false),
    ("*.example.com", "example.com", true), ("EXAMPLE.com", "Example.COM", false),
    ("example.com:443", "example.com", false), ("example.com:443", "example.com:5000", true),
    ("example.com:5000", "example.com:5000", false), (".example.com:80", "a.example.com", true),
    ("example.com:0443", "example.com", true), ("example.com.", "example.com", false),
    ("*", "example.com", false), ("other.org, *", "example.com", false),
    ("a.org,example.com", "example.com", false), ("a.org example.com", "example.com", false),
    (" , ,", "example.com", true), (":443", "example.com", true), ("com", "example.com", false),
    ("10.0.0.0/8", "10.1.2.3", false), ("10.0.0.0/8", "11.1.2.3", true),
    ("10.1.2.3", "10.1.2.3", false), ("10.1.2.3:443", "10.1.2.3", false),
    ("10.1.2.3:80", "10.1.2.3", true), ("10.1.2", "10.1.2.3", true),
    ("10.0.0.0/8", "example.com", true), ("10.0.0.0/33", "10.1.2.3", true),
    ("10.0.0.0/", "10.1.2.3", true), ("0.0.0.0/0", "10.1.2.3", false),
    ("2001:db8::/32", "[2001:db8::1]", false), ("2001:db8::1", "[2001:db8::1]", false),
    ("[2001:db8::1]:443", "[2001:db8::1]", false), ("[2001:db8::1]:80", "[2001:db8::1]", true),
    ("[2001:DB8::1]", "[2001:db8::1]", false), ("2001:db8::2", "[2001:db8::1]", true),
    ("::ffff:10.0.0.0/104", "10.1.2.3", false), ("10.0.0.0/8", "[::ffff:10.1.2.3]", false),
    ("", "localhost", false), ("", "127.0.0.1", false), ("", "[::1]", false),
    ("", "[::ffff:127.0.0.1]", false), ("", "127.example.com", true),
  ])
  func `NO_PROXY is read as Go reads it`(
    _ exceptions: String, _ host: String, _ isProxied: Bool
  ) throws {
    let rules = ProxyRules(.init(https: "http://proxy:3128", exceptions: exceptions))
    let address = try #require(WebAddress("https://\(host)/"))
    #expect((try rules.proxy(for: address) != nil) == isProxied)
  }

  @Test func `each scheme has its own proxy`() throws {
    let https = try #require(WebAddress("https://example.com/"))
    let http = try #require(WebAddress("http://example.com/"))
    let rules = ProxyRules(.init(https: "one", http: "two:8080"))
    #expect(try rules.proxy(for: https)?.text == "http://one")
    #expect(try rules.proxy(for: http)?.text == "http://two:8080")
    #expect(try ProxyRules(.init(https: "", http: nil)).proxy(for: https) == nil)
    #expect(try ProxyRules(.init(https: "", http: nil)).proxy(for: http) == nil)
  }

  @Test(arguments: [
    ("proxy", "http://proxy"), ("proxy:3128", "http://proxy:3128"),
    ("HTTP://Proxy:3128/x?y#z", "http://proxy:3128"), ("https://proxy", "https://proxy"),
    ("socks5://proxy:1080", "socks5h://proxy:1080"), ("socks4://proxy", "socks4a://proxy"),
    ("http://u:p%40w@proxy", "http://u:p%40w@proxy"), ("u:p@w@proxy", "http://u:p%40w@proxy"),
    ("http://u:p w\"é@proxy", "http://u:p%20w%22%C3%A9@proxy"),
    ("http://[::1]:3128", "http://[::1]:3128"),
  ])
  func `a proxy's address is taken apart and put together again`(_ text: String, _ expected: String)
  {
    #expect(ProxyAddress(text)?.text == expected)
  }

  @Test(arguments: [
    "ftp://u:SECRET@proxy", "http://u:SECRET@pro xy", "http://u:SECRET@proxy:x", "u:SECRET@",
    "file:///SECRET@x",
  ])
  func `a malformed proxy's address is a configuration error that does not repeat its password`(
    _ proxy: String
  ) throws {
    let server = try ScriptedServer { _, _ in .whole(200) }
    let error = server.failedLogin(host: "registry.example") {
      $0.proxy = .init(https: proxy, http: proxy)
    }
    #expect(error?.code == .configuration)
    #expect(error?.message.contains("SECRET") == false)
    #expect(server.requests.isEmpty)
  }

  @Test func `a proxy at a private address is asked for a token server on another host`() throws {
    let proxy = try ScriptedServer { request, _ in
      request.method == "CONNECT"
        ? .whole(403) : .whole(401, [bearer("https://auth.example/token")])
    }
    let url = "http://127.0.0.1:\(proxy.port)"
    let error = proxy.failedLogin(host: "registry.example") {
      $0.proxy = .init(https: url, http: url)
    }
    #expect(error?.message.contains("the proxy does not let us through") == true)
    #expect(proxy.targets.last == "CONNECT auth.example:443")
  }
}
