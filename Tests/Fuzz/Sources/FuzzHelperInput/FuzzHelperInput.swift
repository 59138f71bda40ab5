@testable import CredentialHelper
import SealedFormat
import Vault

@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Under the name that SwiftPM gives to `main` of this target.
@_cdecl("FuzzHelperInput_main")
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
  helperInput(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

/// What docker-credential-vault reads from standard input, as a request to store and as a server.
private func helperInput(_ bytes: [UInt8]) {
  if let text = try? SecretBytes(copying: bytes.bytes), let request = try? StoreRequest(text) {
    precondition(!request.serverURL.isEmpty && !request.username.isEmpty)
    _ = ServerKey(request.serverURL)
  }
  guard let text = String(validating: bytes, as: UTF8.self) else { return }
  // What is listed for a client must find the same credential again.
  if case .registry(let scope, _) = ServerKey(text).key {
    precondition((try? RegistryURI(scope.text))?.scope == scope)
  }
}
