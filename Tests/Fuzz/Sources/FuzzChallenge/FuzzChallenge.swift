@testable import Network
import SealedFormat

@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Under the name that SwiftPM gives to `main` of this target.
@_cdecl("FuzzChallenge_main")
public func main(
  _ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  var count = count
  var arguments = arguments
  return runFuzzer(&count, &arguments, fuzzOneInput)
}

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  challengeHead(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

private let secure = WebAddress(isSecure: true, host: "registry.example", port: 443, target: "/v2/")
private let plain = WebAddress(isSecure: false, host: "registry.example", port: 80, target: "/v2/")

private func probe(of registry: WebAddress) -> ProbeAnswer {
  ProbeAnswer(registry: registry, isInternal: false, challenges: [], isFallback: false)
}

/// The head of a registry's answer, from its header lines to where the password would go.
private func challengeHead(_ bytes: [UInt8]) {
  let head = Array("HTTP/1.1 401 X\r\n".utf8) + bytes
  let fields = HTTPResponse.Field.parse(head: head[...])
  let challenges = AuthenticationChallenge.parse(
    fields.filter { $0.name == "www-authenticate" }.map(\.value))
  for challenge in challenges {
    precondition(!challenge.scheme.isEmpty && challenge.scheme == challenge.scheme.lowercased())
    precondition(challenge.parameters.keys.allSatisfy { !$0.isEmpty && $0 == $0.lowercased() })
    precondition(challenge.token68 == nil || challenge.parameters.isEmpty)
    guard let realm = challenge.parameters["realm"] else { continue }
    check(realm, challenge)
  }
}

/// Whatever a realm says, the address that comes of it is one that reads the same again, and the
/// password goes to it only over TLS or to the registry's own host.
private func check(_ realm: String, _ challenge: AuthenticationChallenge) {
  guard let address = WebAddress(realm) else { return }
  precondition(WebAddress(address.text) == address)
  precondition(address.text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
  precondition(!address.host.contains("@") && !address.host.contains("/"))
  if (try? TokenServer(challenge, after: probe(of: secure))) != nil {
    precondition(address.isSecure && !address.isInternal)
  }
  if (try? TokenServer(challenge, after: probe(of: plain))) != nil {
    precondition(address.isSecure || address.host == plain.host)
  }
}
