@testable import Compat
import Foundation
import Testing
import SealedFormat
import Vault

/// A folder of its own for one test, removed with it.
final class ScratchFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory
      .appending(path: "compat-\(UUID().uuidString)").resolvingSymlinksInPath()
    try FileManager.default.createDirectory(
      at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file of mode 0600 and returns its path.
  func write(_ bytes: [UInt8], as name: String = "remote.yaml") throws -> String {
    let file = "\(path)/\(name)"
    try Data(bytes).write(to: URL(filePath: file))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
    return file
  }

  func write(_ text: String, as name: String = "remote.yaml") throws -> String {
    try write(Array(text.utf8), as: name)
  }
}

func bytes(at path: String) throws -> [UInt8] {
  Array(try Data(contentsOf: URL(filePath: path)))
}

func text(at path: String) throws -> String {
  String(decoding: try bytes(at: path), as: UTF8.self)
}

func mode(of path: String) throws -> Int {
  let attributes = try FileManager.default.attributesOfItem(atPath: path)
  return try #require(attributes[.posixPermissions] as? Int)
}

func secret(_ text: String) throws -> SecretBytes {
  try SecretBytes(capacity: text.utf8.count) { (output) throws(VaultError) in
    try output.append(text)
  }
}

/// The bytes of a made-up secret as text, which only a test may do.
func exposed(_ secret: borrowing SecretBytes) -> String {
  String(decoding: contents(of: secret), as: UTF8.self)
}

func contents(of secret: borrowing SecretBytes) -> [UInt8] {
  let bytes = secret.bytes
  return (0..<bytes.byteCount).map { bytes[$0] }
}

/// What is there; `#require` takes nothing that cannot be copied.
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

/// A login as the roof would make it.
func credential(
  _ spellings: [String], user: String = "alice", secret text: String = "s3cret",
  isSecure: Bool = true
) throws -> Credential {
  Credential(
    record: CredentialRecord(
      key: .registry(try scope(spellings[0])), spellings: spellings, isSecure: isSecure,
      username: user, created: 1),
    secret: try secret(text))
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
