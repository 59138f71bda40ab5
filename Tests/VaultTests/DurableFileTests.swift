import Glibc
import Testing
import VaultTestSupport
@testable import SealedFormat
@testable import Vault

struct DurableFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func file(_ name: String = "f", owner: DurableFile.Owner = .vault) -> DurableFile {
    DurableFile(path: folder.path + "/" + name, owner: owner, limit: 1 << 20)
  }

  private func write(_ text: String, to file: DurableFile) throws {
    let update = try file.beginUpdate()
    let bytes = Array(text.utf8)
    try update.replace(with: bytes.bytes)
  }

  @Test func `a missing file or folder reads as nothing`() throws {
    #expect(try file().read() == nil)
    #expect(try file("no/such/folder/f").read() == nil)
  }

  @Test func `a file is written with mode 600 in folders of mode 700 and read back`() throws {
    let old = umask(0)
    defer { umask(old) }
    let file = file("a/b/f")
    try write("one", to: file)
    try write("two", to: file)
    #expect(try file.read() == Array("two".utf8))
    #expect(try mode(of: file.path) == 0o600)
    #expect(try mode(of: folder.path + "/a") == 0o700)
    #expect(try mode(of: folder.path + "/a/b") == 0o700)
  }

  @Test(arguments: ["folder", "link"])
  func `a lock whose name is taken by something else is refused with what to do`(kind: String)
    throws
  {
    let lock = folder.path(".f.vault.lock")
    if kind == "folder" {
      try makeFolder(lock)
    } else {
      #expect(unsafe symlink("elsewhere", lock) == 0)
    }
    let file = file(owner: .otherProgram)
    let error = #expect(throws: VaultError.self) { try write("one", to: file) }
    #expect(error?.code == .cannotCreate)
    #expect(error?.message.contains("move it away") == true)
  }

  @Test func `nothing but the file and its lock is left in the folder`() throws {
    try write("one", to: file())
    #expect(try FolderHandle(path: folder.path).names().sorted() == [".f.lock", "f"])
  }

  @Test func `what a killed writer left is swept by the next`() throws {
    try writeFile(folder.path(".f.abc.vault.tmp"), "leftover")
    try writeFile(folder.path("other.tmp"), "mine")
    try write("one", to: file())
    #expect(
      try FolderHandle(path: folder.path).names().sorted()
        == [".f.lock", "f", "other.tmp"])
  }

  @Test func `temporary files and locks of other programs stay, whatever they are called`() throws {
    let names = [".f.123.tmp", ".f.lock", "f.tmp"]
    for name in names { try writeFile(folder.path(name), "mine") }
    #expect(unsafe mkdir(folder.path(".f.x.vault.tmp"), 0o700) == 0)
    let other = DurableFile(path: folder.path("f"), owner: .otherProgram, limit: 100)
    let update = try other.beginUpdate()
    try update.replace(with: Array("new".utf8).bytes)
    _ = consume update
    #expect(try readFile(folder.path("f")) == Array("new".utf8))
    for name in names { #expect(try readFile(folder.path(name)) == Array("mine".utf8)) }
  }

  @Test func `a file that is mounted by itself is refused before anything is written`() throws {
    try writeFile(folder.path("f"), "old")
    try writeFile(folder.path("source"), "mounted")
    let mounted = try Command(["mount", "--bind", folder.path("source"), folder.path("f")]).run()
    guard mounted.status == 0 else { try Test.cancel("only root can mount a file") }
    defer { _ = try? Command(["umount", folder.path("f")]).run() }
    let file = DurableFile(path: folder.path("f"), owner: .otherProgram, limit: 100)
    let error = #expect(throws: VaultError.self) { _ = try file.beginUpdate() }
    #expect(error?.code == .configuration)
    #expect(error?.message.contains("is mounted by itself") == true)
  }

  @Test(arguments: [0o640, 0o604, 0o660, 0o644, 0o666, 0o777] as [mode_t])
  func `a vault that is open to others is refused, and said how to mend`(_ mode: mode_t) throws {
    let file = file()
    try write("one", to: file)
    unsafe chmod(file.path, mode)
    let error = #expect(throws: VaultError.self) { _ = try file.read() }
    #expect(error?.code == .configuration)
    #expect(error?.message.contains("chmod 600 '\(file.path)'") == true)
  }

  @Test(
    arguments: [(0o644, true), (0o600, true), (0o664, false), (0o646, false)] as [(mode_t, Bool)])
  func `another program's file may be read by others and not written`(
    _ c: (mode: mode_t, isRead: Bool)
  ) throws {
    try writeFile(folder.path("f"), "text")
    unsafe chmod(folder.path + "/f", c.mode)
    if c.isRead {
      #expect(try file(owner: .otherProgram).read() == Array("text".utf8))
    } else {
      let error = #expect(throws: VaultError.self) { _ = try file(owner: .otherProgram).read() }
      #expect(error?.code == .configuration)
    }
  }

  @Test(arguments: [0o770, 0o707, 0o1777] as [mode_t])
  func `a folder that others can write to is refused`(_ mode: mode_t) throws {
    try write("one", to: file())
    unsafe chmod(folder.path, mode)
    defer { unsafe chmod(folder.path, 0o700) }
    let reading = #expect(throws: VaultError.self) { _ = try file().read() }
    #expect(reading?.code == .configuration)
    #expect(reading?.message.contains("chmod go-w") == true)
    let writing = #expect(throws: VaultError.self) { _ = try file().beginUpdate() }
    #expect(writing?.code == .configuration)
  }

  @Test func `a link in the place of the vault is refused`() throws {
    try write("one", to: file("target"))
    unsafe symlink(folder.path + "/target", folder.path + "/f")
    let error = #expect(throws: VaultError.self) { _ = try file().read() }
    #expect(error?.code == .configuration)
    #expect(error?.message.contains("symbolic link") == true)
  }

  @Test func `a second name of the vault is refused`() throws {
    try write("one", to: file())
    unsafe link(folder.path + "/f", folder.path + "/g")
    let error = #expect(throws: VaultError.self) { _ = try file().read() }
    #expect(error?.code == .configuration)
    #expect(error?.message.contains("2 names") == true)
  }

  @Test func `a pipe or folder in the place of the vault is refused without waiting`() throws {
    unsafe mkfifo(folder.path + "/f", 0o600)
    unsafe mkdir(folder.path + "/g", 0o700)
    for name in ["f", "g"] {
      let error = #expect(throws: VaultError.self) { _ = try file(name).read() }
      #expect(error?.code == .configuration)
    }
  }

  @Test func `another program's link survives, and its target is replaced`() throws {
    try writeFile(folder.path("target"), "old")
    unsafe symlink(folder.path + "/target", folder.path + "/f")
    try write("new", to: file(owner: .otherProgram))
    var status = stat()
    unsafe lstat(folder.path + "/f", &status)
    #expect(status.st_mode & S_IFMT == S_IFLNK)
    #expect(try file("target", owner: .otherProgram).read() == Array("new".utf8))
  }

  @Test func `a file longer than the limit is refused as damage`() throws {
    try writeFile(folder.path("f"), String(repeating: "x", count: 11))
    let file = DurableFile(path: folder.path + "/f", owner: .otherProgram, limit: 10)
    let error = #expect(throws: VaultError.self) { _ = try file.read() }
    #expect(error?.code == .damaged)
  }

  @Test func `writers one after another lose nothing`() async throws {
    let file = file()
    try write("", to: file)
    try await withThrowingTaskGroup { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<25 {
            let update = try file.beginUpdate()
            let bytes = (try update.read() ?? []) + [UInt8(ascii: "x")]
            try update.replace(with: bytes.bytes)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try file.read()?.count == 200)
  }
}
