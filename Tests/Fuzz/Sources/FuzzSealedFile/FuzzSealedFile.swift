@testable import SealedFormat

@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Under the name that SwiftPM gives to `main` of this target.
@_cdecl("FuzzSealedFile_main")
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

/// A file as anyone may write it, and an index as someone with the key may write it.
///
/// The padding is added here, because a fuzzer does not find a length that is a power of two.
private func check(_ bytes: [UInt8]) {
  _ = try? SealedVault(bytes, path: "/vault")
  guard let split = bytes.first.map(Int.init), split < bytes.count else { return }
  let plain = padded(Array(bytes[1..<bytes.count - split]), overhead: 40, least: 4096)
  let secrets = padded(Array(bytes[(bytes.count - split)...]), overhead: 0, least: 1024)
  guard let index = try? VaultIndex(plain, secrets: secrets[...]) else { return }
  // Every index has exactly one encoding.
  precondition((try? index.encoded()) == plain)
  for record in index.records {
    guard let key = try? record.key() else { continue }
    precondition((try? index.find(key)) != nil)
  }
}

private func padded(_ bytes: [UInt8], overhead: Int, least: Int) -> [UInt8] {
  var length = least
  while length < bytes.count + overhead { length *= 2 }
  return bytes + [UInt8](repeating: 0, count: length - overhead - bytes.count)
}
