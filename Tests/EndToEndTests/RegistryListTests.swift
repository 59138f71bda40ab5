import Testing
import VaultTestSupport

struct RegistryListTests {
  @Test func `the list is the documented table, byte for byte`() throws {
    let home = try VaultHome.withVault()
    for uri in ["docker://docker.com", "docker://registry.example.com"] {
      let login = try home.logIn(uri, as: "myuser", with: "secret of \(uri)", "--no-verify")
      #expect(login.status == 0, "\(login.errors)")
    }
    let list = try home.vault("registry", "list")
    #expect(list.status == 0, "\(list.errors)")
    #expect(
      list.output == """

        URI                            SECURE?
        docker://docker.com            ✓
        docker://registry.example.com  ✓

        """)
  }

  @Test func `a login over plain http is marked`() throws {
    let home = try VaultHome.withVault()
    let login = try home.logIn(
      "docker://plain.example.com", as: "alice", with: "secret", "--no-verify", "--insecure")
    #expect(login.status == 0, "\(login.errors)")
    #expect(
      try home.vault("registry", "list").output == """

        URI                         SECURE?
        docker://plain.example.com  ✗!

        """)
  }

  @Test func `each spelling is listed as it was typed, and both find the one credential`() throws {
    let home = try VaultHome.withVault()
    _ = try home.logIn("docker://r.example.com", as: "alice", with: "first", "--no-verify")
    _ = try home.logIn("oras://r.example.com", as: "alice", with: "second", "--no-verify")
    let list = try home.vault("registry", "list").output
    #expect(list.contains("\ndocker://r.example.com  ✓\n"))
    #expect(list.contains("\noras://r.example.com    ✓\n"))
    #expect(try home.secret(of: "docker://r.example.com") == "second")
  }

  @Test func `the longest prefix is found, and never a sibling's`() throws {
    let home = try VaultHome.withVault()
    _ = try home.logIn("r.example.com", as: "alice", with: "of the host", "--no-verify")
    _ = try home.logIn("r.example.com/team", as: "bob", with: "of the team", "--no-verify")
    #expect(try home.secret(of: "docker://r.example.com/team/image") == "of the team")
    #expect(try home.secret(of: "docker://r.example.com/teammate") == "of the host")
    #expect(try home.secret(of: "docker://r.example.com") == "of the host")
  }

  @Test func `the list as JSON is JSON without secrets`() throws {
    let home = try VaultHome.withVault()
    _ = try home.logIn("docker://docker.com", as: "myuser", with: "t0p-secret", "--no-verify")
    let list = try home.vault("registry", "list", "--format", "json")
    #expect(list.status == 0, "\(list.errors)")
    #expect(!list.output.contains("t0p-secret"))
    var query = Command(["jq", "-e", "any(.. | strings; . == \"docker://docker.com\")"])
    query.input = list.outputBytes
    #expect(try query.run().status == 0, "\(list.output)")
  }
}
