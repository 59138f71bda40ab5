import Foundation
import Testing
import VaultTestSupport

/// No file holds what was sealed, in any spelling that a search would find.
struct LeftoverTests {
  private let password = "unm1stakable-p4ssw0rd"
  private let user = "unm1stakable-us3r"
  private let host = "unm1stakable-h0st.example.com"

  /// A text as it is, in base64 at its three alignments, and in hexadecimal.
  private func spellings(of text: String) -> [String] {
    let bytes = Array(text.utf8)
    let encoded = (0..<3).map { shift in
      let whole = Data([UInt8](repeating: 0x78, count: shift) + bytes).base64EncodedString()
      // What the neighbours of the text have a part in is cut off.
      let start = [0, 2, 3][shift]
      return String(whole.prefix((shift + bytes.count) * 8 / 6).dropFirst(start))
    }
    let hexadecimal = bytes.map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
    return [text, hexadecimal, hexadecimal.uppercased()] + encoded
  }

  /// Which files below a folder hold one of the texts.
  private func filesHolding(_ texts: [String], below folder: String) throws -> [String] {
    let needles = texts.flatMap(spellings).map { Data($0.utf8) }
    return try files(below: folder).filter { path in
      let content = Data(try readFile(path))
      return needles.contains { content.range(of: $0) != nil }
    }
  }

  @Test func `the search for leftover secrets finds every planted spelling`() throws {
    let folder = try TemporaryFolder()
    for (number, spelling) in spellings(of: password).enumerated() {
      try writeFile(folder.path("\(number)"), "before " + spelling + " after")
    }
    for before in ["", "a", "ab", "abc"] {
      let login = Data("\(before)\(password):after".utf8).base64EncodedString()
      try writeFile(folder.path("login-" + before), login)
    }
    #expect(try filesHolding([password], below: folder.path).count == 10)
    #expect(try filesHolding([user], below: folder.path) == [])
  }

  @Test(.terminal) func `after logins no file holds password, user or host`() throws {
    let home = try VaultHome.withVault()
    let uri = "docker://" + host
    #expect(try home.logIn(uri, as: user, with: password, "--no-verify").status == 0)
    let terminal = try home.terminal("registry", "login", "-u", user, "--no-verify", uri + "/team")
    try terminal.expect("Password / Token: ")
    try terminal.type(password + "\r")
    #expect(try terminal.finish() == .exited(0), "\(terminal.screen)")
    #expect(try home.secret(of: uri + "/team") == password)
    #expect(try filesHolding([password, user, host], below: home.path) == [])
    #expect(try home.vault("registry", "logout", uri).status == 0)
    #expect(try filesHolding([password, user, host], below: home.path) == [])
  }

  @Test func `a refused login leaves nothing behind`() throws {
    let registry = try DockerRegistry(.basic(user: user, password: "another"))
    let home = try VaultHome.withVault()
    #expect(try home.logIn(registry.uri, as: user, with: password).status == 77)
    #expect(try filesHolding([password, user], below: home.path) == [])
  }
}
