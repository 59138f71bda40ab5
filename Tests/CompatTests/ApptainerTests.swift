@testable import Compat
import Foundation
import Testing
import SealedFormat
import Vault
import VaultTestSupport

/// What we write, read by the real Apptainer in a chroot; skipped where none can be made.
struct ApptainerTests {
  /// The folder with the real Apptainer in it, or the reason why there is none.
  private static let root: Result<String, Skipped> = {
    let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "EndToEndTests/Scripts/apptainer-root.sh")
    guard let (status, output) = try? run(["/bin/sh", script.path], home: "/") else {
      return .failure(Skipped(reason: "skipped: no shell"))
    }
    let last = output.split(separator: "\n").last.map(String.init) ?? ""
    guard status == 0 else { return .failure(Skipped(reason: last)) }
    // A cached chroot may be there for a user who cannot enter it.
    guard geteuid() == 0 else { return .failure(Skipped(reason: "skipped: chroot needs root")) }
    return .success(last)
  }()

  private struct Skipped: Error { let reason: String }
  private struct Failure: Error { let output: String }

  @Test func `Apptainer lists our entries, and its own things are still there`() throws {
    try withHome { home, apptainer in
      let store = RemoteYAMLStore(path: "\(home)/.apptainer/remote.yaml")
      try FileManager.default.createDirectory(
        atPath: "\(home)/.apptainer", withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
      // As Apptainer 1.4 writes it, with a token and a keyserver's Auth.
      try Data(StoreTests.full.replacing("      Note: kept\n", with: "").utf8)
        .write(to: URL(filePath: store.path))
      try store.put(try credential(["docker://registry.example.com"]))
      try store.put(try credential(["docker://docker.io", "oras://index.docker.io"]))
      try store.put(try credential(["oras://localhost:5000"], isSecure: false))
      try store.put(try credential(["docker://[::1]:5001/team/app"]))
      #expect(try store.remove(try scope("quay.example/team")))

      let registries = try apptainer(["registry", "list"])
      #expect(registries.contains("docker://registry.example.com  ✓"))
      #expect(registries.contains("docker://docker.io             ✓"))
      #expect(registries.contains("oras://index.docker.io         ✓"))
      #expect(registries.contains("oras://localhost:5000          ✗!"))
      #expect(registries.contains("docker://[::1]:5001/team/app"))
      #expect(!registries.contains("quay.example"))

      let remotes = try apptainer(["remote", "list"])
      #expect(remotes.contains("cloud.example.com"))
      let text = try text(at: store.path)
      #expect(text.contains("Token: eyJ0b2tlbg.payload.sig"))
      #expect(text.contains("Auth: Basic a2V5OnNlcnZlcg=="))
    }
  }

  @Test func `Apptainer reads a file that we made, and one that we emptied`() throws {
    try withHome { home, apptainer in
      let store = RemoteYAMLStore(path: "\(home)/.apptainer/remote.yaml")
      try store.put(try credential(["docker://registry.example.com"]))
      #expect(try apptainer(["registry", "list"]).contains("docker://registry.example.com"))
      #expect(try apptainer(["remote", "list"]).contains("DEFAULT?"))
      #expect(try store.remove(try scope("registry.example.com")))
      #expect(!(try apptainer(["registry", "list"]).contains("docker://")))
      #expect(try apptainer(["remote", "list"]).contains("DEFAULT?"))
    }
  }

  @Test func `Apptainer's own login and ours live in one file`() throws {
    try withHome { home, apptainer in
      let store = RemoteYAMLStore(path: "\(home)/.apptainer/remote.yaml")
      try store.put(try credential(["docker://registry.example.com"]))
      // It rewrites the whole file, and keeps the Auth that it does not use itself.
      _ = try apptainer(["remote", "add", "--no-login", "--insecure", "mine", "h.example.com"])
      #expect(try text(at: store.path).contains("URI: h.example.com"))
      let found = try present(try store.find(try scope("registry.example.com")))
      #expect(found.secret.readable == "s3cret")
      try store.put(try credential(["docker://second.example"]))
      #expect(try apptainer(["registry", "list"]).contains("docker://second.example"))
      #expect(try apptainer(["remote", "list"]).contains("h.example.com"))
    }
  }

  @Test func `what Apptainer could read before an edit of ours, it can read after it`() throws {
    try withHome { home, apptainer in
      let store = RemoteYAMLStore(path: "\(home)/.apptainer/remote.yaml")
      try FileManager.default.createDirectory(
        atPath: "\(home)/.apptainer", withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
      var compared = 0
      for input in OddInput.all {
        guard case .kept = input.fate else { continue }
        try Data(input.text).write(to: URL(filePath: store.path))
        // It refuses unknown keys and crashes on nulls; then there is nothing to compare with.
        guard let before = try? apptainer(["registry", "list"]) else { continue }
        try Data(input.text).write(to: URL(filePath: store.path))
        try store.put(try credential(["docker://new.example"]))
        let after = try apptainer(["registry", "list"])
        #expect(after.contains("docker://new.example"), "\(input.name)")
        for line in before.split(separator: "\n") where line.contains("://") {
          let uri = line.prefix { $0 != " " }
          #expect(after.contains(uri), "\(input.name): \(uri)")
        }
        compared += 1
      }
      #expect(compared > 40, "\(compared)")
    }
  }

  /// Runs `body` with a home folder inside the chroot and a way to run Apptainer there.
  private func withHome(
    _ body: (String, ([String]) throws -> String) throws -> Void
  ) throws {
    let root: String
    switch Self.root {
    case .success(let path): root = path
    case .failure(let skipped):
      try Test.cancel("\(skipped.reason)")
    }
    let name = "/root/home-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: root + name, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(atPath: root + name) }
    try body(root + name) { arguments in
      let (status, output) = try run(
        ["/usr/sbin/chroot", root, "/usr/bin/apptainer"] + arguments, home: name)
      guard status == 0 else { throw Failure(output: output) }
      return output
    }
  }
}

/// Runs a program to its end and returns its status and all that it printed.
private func run(_ command: [String], home: String) throws -> (Int32, String) {
  let process = Process()
  process.executableURL = URL(filePath: command[0])
  process.arguments = Array(command.dropFirst())
  process.environment = ProcessInfo.processInfo.environment.merging(["HOME": home]) { $1 }
  let pipe = Pipe()
  process.standardInput = FileHandle.nullDevice
  process.standardOutput = pipe
  process.standardError = pipe
  try process.run()
  let output = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return (process.terminationStatus, String(decoding: output, as: UTF8.self))
}
