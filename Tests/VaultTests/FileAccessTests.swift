import CLinux
import Glibc
import Testing
import VaultTestSupport
@testable import SealedFormat
@testable import Vault

/// What another program's file keeps besides its content.
struct FileAccessTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("config.json")
    try writeFile(path, "old")
  }

  private func replace() throws -> String? {
    let update = try DurableFile(path: path, owner: .otherProgram, limit: 1 << 20).beginUpdate()
    let bytes = Array("new".utf8)
    return try update.replaceKeepingAccess(with: bytes.bytes)
  }

  private func replaceForOwner() throws {
    let update = try DurableFile(path: path, owner: .otherProgram, limit: 1 << 20).beginUpdate()
    let bytes = Array("new".utf8)
    try update.replace(with: bytes.bytes)
  }

  private func status(of path: String) -> stat {
    var status = stat()
    unsafe lstat(path, &status)
    return status
  }

  private func set(_ name: String, _ value: [UInt8], of path: String) {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    defer { close(file) }
    let result = unsafe value.withUnsafeBytes {
      unsafe vault_set_attribute(file, name, $0.baseAddress, $0.count)
    }
    #expect(result == 0, "\(name): errno \(errno)")
  }

  private func attribute(_ name: String, of path: String) -> [UInt8]? {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    defer { close(file) }
    var value = [UInt8](repeating: 0, count: 1_024)
    let count = unsafe vault_attribute(file, name, &value, value.count)
    return count < 0 ? nil : Array(value.prefix(count))
  }

  /// An access list in the kernel's form: u::rw-, u:4711:PERMISSIONS, g::---, m::MASK, o::---.
  private func accessList(user: UInt16, mask: UInt16) -> [UInt8] {
    let entries: [(tag: UInt16, permissions: UInt16, id: UInt32)] = [
      (0x01, 6, .max), (0x02, user, 4_711), (0x04, 0, .max), (0x10, mask, .max), (0x20, 0, .max),
    ]
    var bytes: [UInt8] = [2, 0, 0, 0]
    for entry in entries {
      bytes += [UInt8(entry.tag), 0, UInt8(entry.permissions), 0]
      bytes += (0..<4).map { UInt8(truncatingIfNeeded: entry.id >> (8 * $0)) }
    }
    return bytes
  }

  @Test(.enabled(if: isRoot)) func `a replaced file keeps its group and mode`() throws {
    unsafe chown(path, 0, 4_712)
    try setMode(0o640, of: path)
    #expect(try replace() == nil)
    #expect(status(of: path).st_gid == 4_712)
    #expect(try mode(of: path) == 0o640)
    #expect(try text(at: path) == "new")
  }

  @Test func `a replaced file keeps its access list`() throws {
    let list = accessList(user: 4, mask: 4)
    set("system.posix_acl_access", list, of: path)
    #expect(try replace() == nil)
    #expect(attribute("system.posix_acl_access", of: path) == list)
    #expect(try mode(of: path) == 0o640)
  }

  @Test func `a replaced file keeps the notes of its user`() throws {
    set("user.note", Array("mine".utf8), of: path)
    #expect(try replace() == nil)
    #expect(attribute("user.note", of: path) == Array("mine".utf8))
    try replaceForOwner()
    #expect(attribute("user.note", of: path) == Array("mine".utf8))
  }

  @Test func `a folder's default access list opens no replaced file to others`() throws {
    set("system.posix_acl_default", accessList(user: 6, mask: 6), of: folder.path)
    try setMode(0o640, of: path)
    #expect(try replace() == nil)
    #expect(attribute("system.posix_acl_access", of: path) == nil)
    #expect(try mode(of: path) == 0o640)
  }

  @Test(.enabled(if: isRoot)) func `a setgid folder does not change the group of a replaced file`()
    throws
  {
    unsafe chown(folder.path, 0, 4_713)
    try setMode(0o2700, of: folder.path)
    unsafe chown(path, 0, 4_712)
    try setMode(0o640, of: path)
    #expect(try replace() == nil)
    #expect(status(of: path).st_gid == 4_712)
  }

  @Test func `setuid and setgid do not pass to a replaced file`() throws {
    try setMode(0o6755, of: path)
    #expect(try replace() == nil)
    #expect(try mode(of: path) == 0o755)
  }

  @Test func `a file that gets a secret is its owner's alone`() throws {
    set("system.posix_acl_access", accessList(user: 4, mask: 4), of: path)
    try replaceForOwner()
    #expect(attribute("system.posix_acl_access", of: path) == nil)
    #expect(try mode(of: path) == 0o600)
  }
}
