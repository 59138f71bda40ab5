import Testing
import VaultTestSupport

struct ConcurrentLoginTests {
  @Test func `twenty logins at the same moment leave twenty`() throws {
    let home = try VaultHome.withVault()
    let numbers = 1...20
    let logins = try numbers.map { number in
      try home.command(
        [
          "registry", "login", "--key-file", home.keyFile, "--no-verify", "--username",
          "user\(number)", "--password-stdin", "docker://host\(number).example.com",
        ], input: "secret \(number)"
      ).start()
    }
    for login in logins {
      let outcome = try login.finish()
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    let list = try home.vault("registry", "list").output
    #expect(list.split(separator: "\n").count == 1 + numbers.count)
    for number in numbers {
      #expect(try home.secret(of: "docker://host\(number).example.com") == "secret \(number)")
    }
  }

  @Test func `first logins at the same moment make one vault`() throws {
    let home = try VaultHome()
    try writeFile(home.path("passphrase"), "the same for all\n")
    let logins = try (1...3).map { number in
      try home.command(
        [
          "registry", "login", "--passphrase-file", home.path("passphrase"), "--no-verify",
          "--username", "user", "--password-stdin", "docker://host\(number).example.com",
        ], input: "secret \(number)"
      ).start()
    }
    for login in logins {
      let outcome = try login.finish()
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    let list = try home.vault("registry", "list", "--passphrase-file", home.path("passphrase"))
    #expect(list.output.split(separator: "\n").count == 4, "\(list.output)\(list.errors)")
  }

  @Test(.tracing)
  func `a reader does not mind that the vault is replaced while it looks at it`() throws {
    let home = try VaultHome.withVault()
    let uri = "docker://registry.example.com"
    #expect(try home.logIn(uri, as: "alice", with: "secret", "--no-verify").status == 0)
    // Long enough between opening a file and examining it for a whole login of somebody else.
    var reading = try home.command(["get", uri])
    reading.words =
      Tracing.words(
        "trace=fstat,newfstatat", "inject=fstat,newfstatat:delay_enter=100000") + reading.words
    let reader = try reading.start()
    var writes = 0
    while reader.process.poll() == nil {
      writes += 1
      let login = try home.logIn(
        "docker://other.example.com", as: "bob", with: "secret \(writes)", "--no-verify")
      #expect(login.status == 0, "\(login.errors)")
    }
    let outcome = try reader.finish()
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output == "secret\n")
    #expect(writes > 1)
  }
}
