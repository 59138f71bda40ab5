import Testing
import VaultTestSupport

@testable import SealedFormat
@testable import Vault
@testable import Network

/// One challenge in a short form: `scheme name=value,name=value` with names in order, or
/// `scheme:token68`.
private func short(_ challenge: AuthenticationChallenge) -> String {
  if let token = challenge.token68 { return "\(challenge.scheme):\(token)" }
  let parameters = challenge.parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
  return ([challenge.scheme] + [parameters.joined(separator: ",")].filter { !$0.isEmpty })
    .joined(separator: " ")
}

struct AuthenticationChallengeTests {
  @Test(
    arguments: [
      // What registries send
      (
        #"Bearer realm="https://auth.docker.io/token",service="registry.docker.io""#,
        ["bearer realm=https://auth.docker.io/token,service=registry.docker.io"]
      ),
      (#"Basic realm="Registry Realm""#, ["basic realm=Registry Realm"]),
      (
        #"Bearer realm="https://a.example/t",scope="repository:x:pull,push",service="s""#,
        ["bearer realm=https://a.example/t,scope=repository:x:pull,push,service=s"]
      ),
      (
        #"Bearer realm="https://a.example/t?x=1&y=2",error="invalid_token""#,
        ["bearer error=invalid_token,realm=https://a.example/t?x=1&y=2"]
      ),
      (
        #"Basic realm="https://1.dkr.ecr.us-east-1.example/",service="ecr.example""#,
        ["basic realm=https://1.dkr.ecr.us-east-1.example/,service=ecr.example"]
      ),
      // Case
      (#"BEARER REALM="https://A/t",Service="S""#, ["bearer realm=https://A/t,service=S"]),
      ("bAsIc rEaLm=x", ["basic realm=x"]),
      // Unquoted values
      (
        "Bearer realm=https://a.example/token,service=a.example",
        ["bearer realm=https://a.example/token,service=a.example"]
      ),
      (
        "Bearer realm=https://a/t?q=1&r=2, service=s",
        ["bearer realm=https://a/t?q=1&r=2,service=s"]
      ),
      ("Bearer service=un\"quoted", ["bearer service=un\"quoted"]),
      // White space
      (#"Bearer realm = "https://a/t"   ,service  ="s""#, ["bearer realm=https://a/t,service=s"]),
      ("Bearer \t realm\t=\t\"x\"\t,\tservice\t=\ty", ["bearer realm=x,service=y"]),
      (#"   Basic realm="x"   "#, ["basic realm=x"]),
      (#"Bearer realm="x" service="y""#, ["bearer realm=x,service=y"]),
      // Escapes
      (#"Basic realm="a \"b\" c""#, [#"basic realm=a "b" c"#]),
      (#"Basic realm="a\\b\c""#, [#"basic realm=a\bc"#]),
      (#"Basic realm="a,b=c, Bearer d""#, ["basic realm=a,b=c, Bearer d"]),
      (#"Basic realm="\"""#, ["basic realm=\""]),
      // Empty values and values that are not there
      (#"Bearer realm="",service="s""#, ["bearer realm=,service=s"]),
      ("Bearer a=b,realm=,service=s", ["bearer a=b,realm=,service=s"]),
      ("Bearer realm=", ["bearer:realm="]),  // by the grammar a token68, and no realm either way
      (#"Bearer realm="x",stale,service="s""#, ["bearer realm=x,service=s"]),
      // No parameters
      ("Basic", ["basic"]), ("Bearer", ["bearer"]), ("Negotiate", ["negotiate"]),
      ("Basic ", ["basic"]),
      // token68
      ("Negotiate YII=", ["negotiate:YII="]),
      ("Negotiate a87421000492aa874209af8bc028==", ["negotiate:a87421000492aa874209af8bc028=="]),
      ("Foo abc/def+g-h._~", ["foo:abc/def+g-h._~"]),
      ("Negotiate abc=, Basic realm=x", ["negotiate:abc=", "basic realm=x"]),
      // Several in one header
      (
        #"Basic realm="a", Bearer realm="b",service="c""#,
        ["basic realm=a", "bearer realm=b,service=c"]
      ),
      (
        #"Bearer realm="b",service="c", Basic realm="a""#,
        ["bearer realm=b,service=c", "basic realm=a"]
      ),
      (#"Negotiate, Basic realm="a""#, ["negotiate", "basic realm=a"]),
      (
        #"Newauth realm="apps", type=1, title="Login to \"apps\"", Basic realm="simple""#,
        [#"newauth realm=apps,title=Login to "apps",type=1"#, "basic realm=simple"]
      ),
      ("Basic, Bearer", ["basic", "bearer"]),
      (
        #"Digest realm="d", nonce="n", qop="auth,auth-int", algorithm=MD5, Basic realm=b"#,
        ["digest algorithm=MD5,nonce=n,qop=auth,auth-int,realm=d", "basic realm=b"]
      ),
      // Empty elements
      (#", , Basic realm="a",, ,Bearer realm="b","#, ["basic realm=a", "bearer realm=b"]),
      ("Basic , realm=x", ["basic realm=x"]),
      // Twice: the first counts
      (#"Bearer realm="one",realm="two""#, ["bearer realm=one"]),
      (#"Bearer Realm="one",REALM="two""#, ["bearer realm=one"]),
      // A token68 or a parameter without a value: what follows tells
      ("Bearer realm=, service=s", ["bearer service=s"]),
      ("Negotiate YII=, opaque=x", ["negotiate opaque=x"]),
      // What registries send, once more
      (
        #"Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:user/image:pull""#,
        ["bearer realm=https://ghcr.io/token,scope=repository:user/image:pull,service=ghcr.io"]
      ),
      (
        #"Bearer realm="https://quay.example/v2/auth",service="quay.example""#,
        ["bearer realm=https://quay.example/v2/auth,service=quay.example"]
      ),
      (
        #"Bearer realm="https://gitlab.example/jwt/auth",service="container_registry",error="invalid_token""#,
        [
          "bearer error=invalid_token,realm=https://gitlab.example/jwt/auth,service=container_registry"
        ]
      ),
      (
        #"Bearer realm="https://r.azurecr.example/oauth2/token",service="r.azurecr.example""#,
        ["bearer realm=https://r.azurecr.example/oauth2/token,service=r.azurecr.example"]
      ),
      (#"Basic realm="harbor""#, ["basic realm=harbor"]),
      (
        #"Bearer realm="https://harbor.example/service/token",service="harbor-registry""#,
        ["bearer realm=https://harbor.example/service/token,service=harbor-registry"]
      ),
      (
        #"Basic realm="Sonatype Nexus Repository Manager""#,
        ["basic realm=Sonatype Nexus Repository Manager"]
      ),
      (
        #"Basic realm="Artifactory Realm", charset="UTF-8""#,
        ["basic charset=UTF-8,realm=Artifactory Realm"]
      ),
      ("Basic realm=x, Basic realm=y", ["basic realm=x", "basic realm=y"]),
      ("Basic realm=x ; charset=UTF-8", ["basic charset=UTF-8,realm=x"]),
      ("Bearer realm='https://a/t'", ["bearer realm='https://a/t'"]),
      (#"Bearer realm="https://a/t" , , service="s", "#, ["bearer realm=https://a/t,service=s"]),
      ("Bearer\trealm=x", ["bearer realm=x"]), ("bearer realm==x", ["bearer realm==x"]),
      // Cut off and odd
      (#"Bearer realm="https://a/t"#, ["bearer"]),
      (#"Bearer service="s",realm="https://a/t\"#, ["bearer service=s"]),
      ("", []), (",", []), ("   ", []), ("=", []), (#"="x""#, []), (#""quoted""#, []),
      (#"realm="x""#, []), ("{}[]()", []),
      (#"Basic realm=Registry Realm, Bearer realm=b"#, ["basic realm=Registry", "bearer realm=b"]),
      (#"@@ Basic realm="x""#, ["basic realm=x"]),
      (#"Bearer realm="é""#, ["bearer realm=é"]),
    ] as [(String, [String])])
  func `the challenges of one header are parsed`(_ header: String, _ expected: [String]) {
    #expect(AuthenticationChallenge.parse([header]).map(short) == expected)
  }

  @Test func `the challenges of several headers are parsed separately`() {
    let headers = ["Negotiate", #"Bearer realm="cut"#, #"service="stray""#, "Basic realm=x"]
    let found = AuthenticationChallenge.parse(headers).map(short)
    #expect(found == ["negotiate", "bearer", "basic realm=x"])
  }

  @Test func `no bytes make the challenge parser crash or hang`() {
    let alphabet = Array("Bb ,=\"\\/\tré@{")
    var random = SystemRandomNumberGenerator()
    for length in 0..<2000 {
      let header = String(
        (0..<length % 40).map { _ in alphabet.randomElement(using: &random) ?? "x" })
      for challenge in AuthenticationChallenge.parse([header]) {
        #expect(!challenge.scheme.isEmpty)
      }
    }
  }

  /// What the fuzzer found worth keeping (Tests/Fuzz), given to the same parser again.
  @Test func `no challenge of the fuzzer's corpus sends the password to a forbidden address`()
    throws
  {
    let inputs = files(below: PackageFolder.path + "/Tests/Fuzz/Corpus/challenge")
    let probe = ProbeAnswer(
      registry: try #require(WebAddress("https://registry.example/v2/")), isInternal: false,
      challenges: [], isFallback: false)
    var found = 0
    var good = 0
    for input in inputs {
      let head = Array("HTTP/1.1 401 X\r\n".utf8) + (try readFile(input))
      let fields = HTTPResponse.Field.parse(head: head[...])
      let challenges = AuthenticationChallenge.parse(
        fields.filter { $0.name == "www-authenticate" }.map(\.value))
      found += challenges.count
      for challenge in challenges {
        #expect(!challenge.scheme.isEmpty, "\(input)")
        #expect(challenge.token68 == nil || challenge.parameters.isEmpty, "\(input)")
        guard let address = challenge.parameters["realm"].flatMap({ WebAddress($0) }) else {
          continue
        }
        #expect(WebAddress(address.text) == address, "\(input)")
        guard (try? TokenServer(challenge, after: probe)) != nil else { continue }
        #expect(address.isSecure && !address.isInternal, "\(input)")
        good += 1
      }
    }
    #expect(found > 0 && good > 0, "the corpus has \(inputs.count) inputs")
  }
}
