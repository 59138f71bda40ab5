internal import Glibc

/// memmem(3), which the Glibc module leaves out; a search in Swift would take minutes in a debug
/// build.
private typealias MemorySearch =
  @convention(c) (
    UnsafeRawPointer?, Int, UnsafeRawPointer?, Int
  ) -> UnsafeRawPointer?

private let memorySearch: MemorySearch? = {
  guard let symbol = unsafe dlsym(nil, "memmem") else { return nil }
  return unsafe unsafeBitCast(symbol, to: MemorySearch.self)
}()

/// Where some bytes stand in others, or nil.
package func offset(of needle: [UInt8], in bytes: [UInt8]) throws -> Int? {
  guard let search = unsafe memorySearch else { throw TestFailure("there is no memmem") }
  return unsafe bytes.withUnsafeBytes { bytes in
    unsafe needle.withUnsafeBytes { needle in
      guard
        let found = unsafe search(
          bytes.baseAddress, bytes.count, needle.baseAddress, needle.count),
        let start = bytes.baseAddress
      else { return nil }
      return unsafe found - start
    }
  }
}

/// Which files below a folder hold one of the texts, and in which spelling.
package func leftovers(of texts: [String], below folder: String) throws -> [String] {
  let spellings = texts.flatMap(Spelling.all)
  return try files(below: folder).flatMap { path in
    let content = try readFile(path)
    return try spellings.filter { try offset(of: $0.bytes, in: content) != nil }
      .map { "\(path) (\($0.name))" }
  }
}
