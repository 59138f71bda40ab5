@testable import Compat
import SealedFormat

@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Under the name that SwiftPM gives to `main` of this target.
@_cdecl("FuzzRemoteYAML_main")
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
  check(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

/// A remote.yaml, and the places that migrate takes out of it and that logins are written to.
private func check(_ bytes: [UInt8]) {
  guard let text = try? SecretBytes(copying: bytes.bytes),
    let configuration = try? RemoteConfiguration(text, path: "/remote.yaml")
  else { return }
  let places =
    configuration.remotes.indices.map { RemoteSecretPlace.token($0) }
    + configuration.credentials.indices.map { RemoteSecretPlace.authorization($0) }
  var end = 0
  for range in (try? configuration.removals(of: places)) ?? [] {
    precondition(range.lowerBound >= end && range.upperBound <= bytes.count)
    end = range.upperBound
  }
  for entry in configuration.credentials {
    guard let registry = entry.registry else { continue }
    _ = try? configuration.removing(registry.scope)
    _ = try? configuration.keeping(registry.scope, at: [registry], isInsecure: false)
  }
  for remote in configuration.remotes {
    _ = try? configuration.keepingToken(of: remote.name, like: nil)
  }
}
