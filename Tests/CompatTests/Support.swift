@testable import Compat
import Testing
import SealedFormat
import Synchronization
import Vault
import VaultTestSupport

extension TemporaryFolder {
  /// Writes a file of mode 0600 and returns its path.
  func write(_ bytes: [UInt8], as name: String = "remote.yaml") throws -> String {
    try writeFile(path(name), bytes)
    try setMode(0o600, of: path(name))
    return path(name)
  }

  func write(_ text: String, as name: String = "remote.yaml") throws -> String {
    try write(Array(text.utf8), as: name)
  }
}

/// The value of an optional; `#require` does not take a noncopyable one.
func present<Value: ~Copyable>(_ value: consuming Value?) throws -> Value {
  guard let value else { throw VaultError(.notFound, "there is nothing") }
  return value
}

func configuration(_ bytes: [UInt8]) throws -> RemoteConfiguration {
  unsafe try RemoteConfiguration(SecretBytes(copying: bytes.span.bytes), path: "remote.yaml")
}

func configuration(_ text: String) throws -> RemoteConfiguration {
  try configuration(Array(text.utf8))
}

func scope(_ uri: String) throws -> RegistryScope { try RegistryURI(uri).scope }

/// Checks many cases of one promise in one test; a case that fails is named after its failures.
///
/// Parameterised tests print two lines for each case, too many for hundreds of cases.
func forEach<Case: CustomTestStringConvertible>(
  _ cases: [Case], _ check: (Case) throws -> Void
) {
  #expect(!cases.isEmpty)
  for item in cases {
    let hasFailed = Mutex(false)
    do {
      try withKnownIssue(isIntermittent: true) {
        try check(item)
      } matching: { _ in
        hasFailed.withLock { $0 = true }
        return false
      }
    } catch {
      Issue.record(error)
    }
    if hasFailed.withLock({ $0 }) { Issue.record("The case that failed: \(item.testDescription)") }
  }
}

/// A login as the top layer makes it.
func credential(
  _ spellings: [String], user: String = "alice", secret text: String = "s3cret",
  isSecure: Bool = true
) throws -> Credential {
  Credential(
    record: CredentialRecord(
      key: .registry(try scope(spellings[0])), spellings: spellings, isSecure: isSecure,
      username: user, created: 1),
    secret: try SecretBytes(readable: text))
}

/// The error that `body` throws.
func refusal(
  _ body: () throws -> Void, sourceLocation: SourceLocation = #_sourceLocation
) throws -> VaultError {
  try #require(throws: VaultError.self, sourceLocation: sourceLocation) { try body() }
}

/// Whether every line of `part` stands in `whole`, in the same order; a byte order mark stays first.
func survive(_ part: [UInt8], in whole: [UInt8]) -> Bool {
  let mark: [UInt8] = [0xef, 0xbb, 0xbf]
  if part.starts(with: mark) {
    return whole.starts(with: mark)
      && survive(Array(part.dropFirst(3)), in: Array(whole.dropFirst(3)))
  }
  var rest = contentOfLines(whole)[...]
  for line in contentOfLines(part) {
    guard let index = rest.firstIndex(of: line) else { return false }
    rest = rest[(index + 1)...]
  }
  return true
}

private func contentOfLines(_ bytes: [UInt8]) -> [[UInt8]] {
  bytes.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }.map { Array($0) }
}

/// Numbers by chance that are the same in every run.
struct Numbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }
}
