import Testing
import SealedFormat

/// What an address means: the scope it must have, or words of its refusal.
struct AddressCase: Sendable, CustomTestStringConvertible {
  let input: String
  let scope: String?
  let refusal: String?

  static func ok(_ input: String, _ scope: String) -> AddressCase {
    AddressCase(input: input, scope: scope, refusal: nil)
  }

  static func no(_ input: String, _ refusal: String) -> AddressCase {
    AddressCase(input: input, scope: nil, refusal: refusal)
  }

  var testDescription: String { input.escapingControls }
}

struct RegistryURITests {
  static let cases: [AddressCase] = [
    // Schemes.
    .ok("registry.example.com", "registry.example.com"),
    .ok("docker://registry.example.com", "registry.example.com"),
    .ok("oras://registry.example.com", "registry.example.com"),
    .ok("https://registry.example.com", "registry.example.com"),
    .ok("http://registry.example.com", "registry.example.com:80"),
    .ok("http://registry.example.com/org", "registry.example.com:80/org"),
    .ok("http://registry.example.com:443", "registry.example.com"),
    .ok("http://registry.example.com:5000", "registry.example.com:5000"),
    .ok("https://registry.example.com:80", "registry.example.com:80"),
    .ok("DOCKER://registry.example.com", "registry.example.com"),
    .ok("Oras://registry.example.com", "registry.example.com"),
    .no("ftp://registry.example.com", "\"ftp\" is not a scheme"),
    .no("library://registry.example.com", "is not a scheme"),
    .no("://registry.example.com", "is not a scheme"),
    .no("docker:/registry.example.com", "port"),
    // Case, trailing dot and slash.
    .ok("docker://REGISTRY.Example.COM", "registry.example.com"),
    .ok("docker://registry.example.com.", "registry.example.com"),
    .ok("docker://registry.example.com/", "registry.example.com"),
    .ok("docker://registry.example.com./", "registry.example.com"),
    .no("docker://registry.example.com..", "empty part between dots"),
    .no("docker://.example.com", "empty part between dots"),
    .no("docker://registry..example.com", "empty part between dots"),
    .no("docker://.", "host is missing"),
    // Ports.
    .ok("docker://registry.example.com:443", "registry.example.com"),
    .ok("https://registry.example.com:443/", "registry.example.com"),
    .ok("docker://registry.example.com:5000", "registry.example.com:5000"),
    .ok("registry.example.com:80", "registry.example.com:80"),
    .ok("localhost:5000", "localhost:5000"),
    .ok("docker://h:1", "h:1"),
    .ok("docker://h:65535", "h:65535"),
    .no("docker://h:0", "from 1 to 65535"),
    .no("docker://h:65536", "from 1 to 65535"),
    .no("docker://h:", "from 1 to 65535"),
    .no("docker://h:http", "from 1 to 65535"),
    .no("docker://h:+80", "from 1 to 65535"),
    .no("docker://h:-1", "from 1 to 65535"),
    .no("docker://h:0443", "from 1 to 65535"),
    .no("docker://h:5000:5000", "more than one \":\""),
    // Docker Hub under all its names.
    .ok("docker.io", "docker.io"),
    .ok("docker://docker.io", "docker.io"),
    .ok("docker://index.docker.io", "docker.io"),
    .ok("registry-1.docker.io", "docker.io"),
    .ok("https://index.docker.io/v1/", "docker.io"),
    .ok("https://index.docker.io/v1", "docker.io"),
    .ok("https://registry-1.docker.io/v2/", "docker.io"),
    .ok("docker://INDEX.docker.io:443", "docker.io"),
    .ok("docker://docker.io/myorg", "docker.io/myorg"),
    .ok("docker://index.docker.io/myorg/app:1", "docker.io/myorg/app"),
    .ok("docker://docker.com", "docker.io"),
    .ok("www.docker.com", "docker.io"),
    .ok("https://hub.docker.com/", "docker.io"),
    .ok("REGISTRY.hub.docker.com.:443/v2/", "docker.io"),
    .ok("docker.com/myorg/app:1", "docker.io/myorg/app"),
    .ok("docker.com:5000", "docker.com:5000"),
    .ok("notdocker.com", "notdocker.com"),
    .ok("app.docker.com", "app.docker.com"),
    .ok("oci://h/charts", "h/charts"),
    .ok("docker://notdocker.io", "notdocker.io"),
    .ok("docker://docker.io.example.com", "docker.io.example.com"),
    // The registry's own service.
    .ok("https://registry.example.com/v2/", "registry.example.com"),
    .ok("registry.example.com/v1", "registry.example.com"),
    .ok("https://registry.example.com/v2/app", "registry.example.com/v2/app"),
    .ok("https://registry.example.com/v3/", "registry.example.com/v3"),
    // Prefixes and images.
    .ok("docker://registry.example.com/org", "registry.example.com/org"),
    .ok("docker://registry.example.com/org/", "registry.example.com/org"),
    .ok("docker://registry.example.com/org/team/app", "registry.example.com/org/team/app"),
    .ok("docker://registry.example.com/Org/App", "registry.example.com/org/app"),
    .ok("docker://registry.example.com/org/app:1.2", "registry.example.com/org/app"),
    .ok("docker://h:5000/org/app:latest", "h:5000/org/app"),
    .ok("h/app@sha256:0123456789abcdef", "h/app"),
    .ok("h/app:1@sha256:0123456789abcdef", "h/app"),
    .ok("h/a.b_c__d--e/f", "h/a.b_c__d--e/f"),
    .no("h/a..b", "not a repository name"),
    .no("h/a___b", "not a repository name"),
    .no("h/-a", "not a repository name"),
    .no("h/a-", "not a repository name"),
    .no("h/.", "not a repository name"),
    .no("h/../etc", "not a repository name"),
    .no("h/a%2fb", "not a repository name"),
    .no("h/a\\b", "not a repository name"),
    .no("h/a:1/b", "not a repository name"),
    .no("h//org", "empty path component"),
    .no("h/org//app", "empty path component"),
    .no("docker://h/" + String(repeating: "a", count: 256), "longer than 255"),
    // What has no place in an address.
    .no("docker://user@registry.example.com", "user name"),
    .no("docker://user:password@registry.example.com", "user name"),
    .no("docker://h?x=1", "query"),
    .no("docker://h/org?x=1", "query"),
    .no("docker://h#part", "fragment"),
    .no("docker://", "host is missing"),
    .no("", "host is missing"),
    .no("/org", "host is missing"),
    .no("docker:///org", "host is missing"),
    .no("docker://h h", "space or control"),
    .no(" h", "space or control"),
    .no("h\n", "space or control"),
    .no("h\u{0}", "space or control"),
    .no("h\u{7f}", "space or control"),
    .no("docker://r\u{e9}gistry.example.com", "outside ASCII"),
    .no("docker://registry.ex\u{430}mple.com", "outside ASCII"),
    .no("docker://h/\u{ff0e}", "outside ASCII"),
    .ok("docker://xn--rgistry-bya.example.com", "xn--rgistry-bya.example.com"),
    // Host names.
    .ok("bad_registry:5000", "bad_registry:5000"),
    .no("docker://-h.example.com", "begins or ends with \"-\""),
    .no("docker://h-.example.com", "begins or ends with \"-\""),
    .no("docker://h!.example.com", "only letters"),
    .no("docker://$h", "only letters"),
    .no("docker://h%41", "only letters"),
    .no("docker://" + String(repeating: "a", count: 64) + ".com", "longer than 63"),
    .no("docker://" + String(repeating: "a.", count: 127) + "com", "longer than 253"),
    // Addresses.
    .ok("127.0.0.1:5000", "127.0.0.1:5000"),
    .ok("docker://10.1.2.3", "10.1.2.3"),
    .no("docker://127.1", "four numbers"),
    .no("docker://2130706433", "four numbers"),
    .no("docker://0x7f.0.0.1", "four numbers"),
    .no("docker://0x7f", "four numbers"),
    .no("docker://127.0.0.256", "four numbers"),
    .no("docker://127.0.0.01", "four numbers"),
    .no("docker://1.2.3.4.5", "four numbers"),
    .ok("docker://[::1]:5000", "[::1]:5000"),
    .ok("[::1]", "[::1]"),
    .ok("docker://[2001:DB8:0:0::1]", "[2001:db8::1]"),
    .ok("docker://[::ffff:10.0.0.1]:443", "[::ffff:10.0.0.1]"),
    .no("docker://::1", "more than one \":\""),
    .no("docker://[::1", "not closed"),
    .no("docker://[::1]5000", "only a port"),
    .no("docker://[::1%eth0]", "not an IPv6 address"),
    .no("docker://[h]", "not an IPv6 address"),
    .no("docker://[]", "not an IPv6 address"),
  ]

  @Test(arguments: cases)
  func `an address means one scope or is refused with the reason`(_ c: AddressCase) throws {
    if let scope = c.scope {
      let uri = try RegistryURI(c.input)
      #expect(uri.scope.text == scope)
      // Its own text means the same again: there is one form for each scope.
      #expect(try RegistryURI(uri.scope.text).scope == uri.scope)
      #expect(try RegistryURI(uri.text).scope == uri.scope)
    } else {
      let error = #expect(throws: VaultError.self) { try RegistryURI(c.input) }
      #expect(error?.code == .invalidInput)
      #expect(error?.message.contains(c.refusal ?? "") == true, "\(error?.message ?? "")")
      #expect(error?.message.unicodeScalars.allSatisfy { $0.value >= 0x20 } == true)
    }
  }

  @Test func `there are at least eighty inputs`() {
    #expect(Set(Self.cases.map(\.input)).count >= 80)
    #expect(Set(Self.cases.map(\.input)).count == Self.cases.count)
  }

  @Test(arguments: [
    ("docker://Registry.Example.com", "docker://registry.example.com"),
    ("ORAS://ghcr.io:443/Org", "oras://ghcr.io/org"),
    ("OCI://ghcr.io/Org", "oras://ghcr.io/org"),
    ("index.docker.io", "docker://index.docker.io"),
    ("docker.com", "docker://docker.com"),
    ("hub.docker.com", "docker://hub.docker.com"),
    ("https://index.docker.io/v1/", "docker://index.docker.io"),
    ("[::1]:5000", "docker://[::1]:5000"),
  ])
  func `the spelling to show is the user's, in lower case`(_ pair: (String, String)) throws {
    #expect(try RegistryURI(pair.0).text == pair.1)
  }

  @Test(arguments: [
    ("h", "h/a", true), ("h/a", "h/a", true), ("h/a", "h/a/b", true), ("h/a", "h/ab", false),
    ("h/a", "h/b", false), ("h/a", "h", false), ("h", "h:5000", false), ("h:5000", "h", false),
    ("h", "g", false), ("docker.io", "index.docker.io/library/alpine", true),
    ("h", "h:443/x", true), ("example.com", "evil-example.com", false),
    ("example.com", "example.com.evil.org", false),
  ])
  func `a scope covers its parts and never a sibling's`(_ c: (String, String, Bool)) throws {
    #expect(try RegistryURI(c.0).scope.covers(RegistryURI(c.1).scope) == c.2)
  }

  @Test(arguments: [
    ("localhost:5000", true), ("127.0.0.1", true), ("127.8.9.1:80", true), ("[::1]:5000", true),
    ("registry.localhost", true), ("127.0.0.1.example.com", false),
    ("localhost.example.com", false),
    ("10.0.0.1", false), ("notlocalhost", false), ("[::2]", false),
  ])
  func `only this machine is loopback`(_ c: (String, Bool)) throws {
    #expect(try RegistryURI(c.0).scope.isLoopback == c.1)
  }
}
