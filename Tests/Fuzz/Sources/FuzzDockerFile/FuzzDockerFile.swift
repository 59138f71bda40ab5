@testable import Compat
import SealedFormat
import Vault

@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Under the name that SwiftPM gives to `main` of this target.
@_cdecl("FuzzDockerFile_main")
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

/// A config.json of docker, and one member set and removed in it.
private func check(_ bytes: [UInt8]) {
  guard let configuration = parsed(bytes) else { return }
  for entry in configuration.entries { _ = try? configuration.login(of: entry) }
  guard let document = document(bytes),
    let changed = try? document.setting(["credHelpers", "fuzz.example"], to: [.text("\"vault\"")])
  else { return }
  // What is set is there, and taking it out again leaves a file that can be read.
  guard let read = try? DockerConfiguration(changed) else { return }
  precondition(
    read.credentialHelpers.contains { $0.server == "fuzz.example" && $0.helper == "vault" })
  let again = read.takeDocument()
  precondition((try? again.removing(["credHelpers", "fuzz.example"])) != nil)
}

private func document(_ bytes: [UInt8]) -> JSONDocument? {
  guard let text = try? SecretBytes(copying: bytes.bytes) else { return nil }
  return try? JSONDocument(text, path: "/config.json")
}

private func parsed(_ bytes: [UInt8]) -> DockerConfiguration? {
  guard let document = document(bytes) else { return nil }
  return try? DockerConfiguration(document)
}
