import Testing
import VaultTestSupport

/// What docker-credential-vault makes of input that no client should send.
struct HelperInputTests {
  private func ask(_ action: String, _ input: [UInt8], in home: VaultHome) throws -> Outcome {
    var command = Command(
      [try PackageFolder.program("docker-credential-vault"), action],
      environment: home.environment)
    // Longer input than a pipe holds comes from a file.
    try writeFile(home.path("input"), input)
    command.words = ["bash", "-c", "exec \"$@\" <\"$HOME/input\"", "bash"] + command.words
    return try command.run()
  }

  private static func request(
    server: String = "r.example.com", user: String = "u", secret: String = "s"
  ) -> [UInt8] {
    Array(#"{"ServerURL":"\#(server)","Username":"\#(user)","Secret":"\#(secret)"}"#.utf8)
  }

  private static let long = String(repeating: "x", count: 32 * 1024 + 1)
  private static let bad: [(name: String, input: [UInt8], answer: String)] = [
    ("nothing", [], "EOF"),
    ("white space", Array(" \n\t".utf8), "EOF"),
    ("no JSON", Array("ServerURL=x".utf8), "is not valid JSON"),
    ("cut off", Array(#"{"ServerURL":"r.example.com","Username":"u","Sec"#.utf8), "unexpected EOF"),
    ("an array", Array(#"["r.example.com","u","s"]"#.utf8), "an object is expected"),
    ("two values", request() + request(), "something follows"),
    ("a member twice", Array(#"{"Secret":"a","Secret":"b"}"#.utf8), "comes twice"),
    (
      "a number", Array(#"{"ServerURL":1,"Username":"u","Secret":"s"}"#.utf8),
      "a string is expected"
    ),
    ("no server", Array(#"{"Username":"u","Secret":"s"}"#.utf8), "no credentials server URL"),
    ("empty server", request(server: ""), "no credentials server URL"),
    (
      "no user", Array(#"{"ServerURL":"r.example.com","Secret":"s"}"#.utf8),
      "no credentials username"
    ),
    ("empty user", request(user: ""), "no credentials username"),
    ("NUL in the server", request(server: #"r.example.com\u0000"#), "has a control character"),
    ("line end in the user", request(user: #"u\nv"#), "has a control character"),
    ("raw control character", request(user: "u\u{7}"), "a control character stands in a string"),
    ("half a surrogate", request(secret: #"\ud800"#), "half of a surrogate pair"),
    ("not UTF-8", Array(#"{"Secret":""#.utf8) + [0xc3, 0x28] + Array(#""}"#.utf8), "is not UTF-8"),
    ("deep", Array(String(repeating: "[", count: 100_000).utf8), "an object is expected"),
    (
      "deep inside", Array((#"{"x":"# + String(repeating: "[", count: 1000)).utf8),
      "is nested deeper"
    ),
    ("a long secret", request(secret: long), "the vault keeps at most 32768"),
    ("long input", [UInt8](repeating: 0x20, count: 128 * 1024 + 1), "is longer than 131072 bytes"),
  ]

  @Test(arguments: bad.indices)
  func `a request to store that is not right is refused in one line, and nothing is stored`(
    _ index: Int
  ) throws {
    let bad = Self.bad[index]
    let home = try VaultHome.withVault()
    _ = try ask("store", Self.request(server: "kept.example.com"), in: home)
    let before = try readFile(home.vaultFile)
    let outcome = try ask("store", bad.input, in: home)
    #expect(outcome.status == 1, "\(bad.name)")
    #expect(outcome.output.contains(bad.answer), "\(bad.name): \(outcome.output)")
    #expect(outcome.output.filter { $0 == "\n" }.count == 1, "\(bad.name): \(outcome.output)")
    #expect(!outcome.output.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    #expect(try readFile(home.vaultFile) == before, "\(bad.name)")
  }

  @Test(
    arguments: [
      (Array("".utf8), "no credentials server URL"),
      (Array(" \r\n".utf8), "no credentials server URL"),
      ([0xff, 0xfe], "the server URL is not UTF-8"),
      ([UInt8](repeating: 0x61, count: 128 * 1024 + 1), "the input is longer than 131072 bytes"),
      ([0x72, 0x00, 0x72], "credentials not found in native keychain"),
      (
        Array(String(repeating: "a/", count: 60_000).utf8),
        "credentials not found in native keychain"
      ),
    ] as [([UInt8], String)])
  func `a server that is none gets the upstream's words`(_ input: [UInt8], _ answer: String) throws
  {
    let home = try VaultHome.withVault()
    let got = try ask("get", input, in: home)
    #expect(got.status == 1)
    #expect(got.output == answer + "\n")
    let erased = try ask("erase", input, in: home)
    let isNoServer = answer != "credentials not found in native keychain"
    #expect(erased.status == (isNoServer ? 1 : 0))
    #expect(erased.output == (isNoServer ? answer + "\n" : ""))
  }

  @Test func `the longest input, secret and escapes there may be are kept to the letter`() throws {
    let home = try VaultHome.withVault()
    let secret = String(repeating: "\\u00e9", count: 16 * 1024)
    let padded = Self.request(secret: secret) + [UInt8](repeating: 0x20, count: 20_000)
    #expect(padded.count < 128 * 1024)
    #expect(try ask("store", padded, in: home).status == 0)
    let got = try ask("get", Array("r.example.com".utf8), in: home)
    #expect(got.output.contains(String(repeating: "é", count: 16 * 1024)))
  }

  @Test func `an empty secret is refused, and the login that is there stays`() throws {
    let home = try VaultHome.withVault()
    #expect(try ask("store", Self.request(secret: "kept"), in: home).status == 0)
    let stored = try ask("store", Self.request(secret: ""), in: home)
    #expect(stored.status == 1)
    #expect(stored.output == "the secret is empty\n")
    #expect(
      try ask("get", Array("r.example.com".utf8), in: home).output.contains(#""Secret":"kept""#))
  }

  @Test func `32 gets at once are right each time while a writer stores`() throws {
    let home = try VaultHome.withVault()
    #expect(try ask("store", Self.request(secret: "the right one"), in: home).status == 0)
    let script = """
      set -eu
      printf r.example.com >"$HOME/server"
      (
        for number in $(seq 60); do
          printf '{"ServerURL":"h%s.example.com","Username":"u","Secret":"%s"}' $number $number |
            docker-credential-vault store
        done
      ) &
      writer=$!
      for round in $(seq 6); do
        for number in $(seq 32); do
          docker-credential-vault get <"$HOME/server" >"$HOME/answer.$number" &
          readers+=($!)
        done
        for reader in "${readers[@]}"; do wait "$reader"; done
        readers=()
        sort "$HOME"/answer.* | uniq -c | tr -s ' '
      done
      wait $writer
      docker-credential-vault list | tr , '\\n' | wc -l
      """
    let outcome = try Command(["bash", "-c", script], environment: home.environment).run()
    #expect(outcome.status == 0, "\(outcome.errors)")
    let answer =
      #" 32 {"ServerURL":"r.example.com","Username":"u","Secret":"the right one"}"# + "\n"
    #expect(outcome.output == String(repeating: answer, count: 6) + "61\n")
  }
}
