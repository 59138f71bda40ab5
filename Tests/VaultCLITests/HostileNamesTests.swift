import SealedFormat
import Testing
import VaultTestSupport

/// Names from outside in everything that commands read, and all that the commands say about them.
struct HostileNamesTests {
  /// Clears the screen, forges a line, turns text round, and is invisible, in names of all kinds.
  private static let name =
    "n\u{1b}[2J\u{9b}31m\u{85}\u{7f}\u{202e}\u{200b}\u{2066}\u{feff}\u{e0041}\u{2028}"
  private static let line = "\nFATAL:   forged\r\n"
  private static let password = "SECRETPASSWORD"

  private static func jsonEscaped(_ text: String) -> String {
    text.utf16.map { unit in
      let digits = String(unit, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }.joined()
  }

  private let world: TestWorld
  private let home: String

  init() throws {
    world = try TestWorld()
    home = world.path("home" + Self.name + Self.line)
    world.variables["HOME"] = home
    try makeFolder(home)
    let escaped = Self.jsonEscaped(Self.name + Self.line)
    try makeFolder(home + "/.docker")
    let auth = "bjobWzJKOnB3"  // a user name with an escape is in the Username member below
    try writeFile(
      home + "/.docker/config.json",
      """
      {"auths":{"\(escaped)":{"auth":"\(auth)"},
       "registry.example.com":{"username":"u\(escaped)","password":"pw"},
       "https://bob:\(Self.password)@r.example":{"auth":"\(auth)"},
       "other.example.com":{"auth":"\(escaped)"}},
       "credHelpers":{"\(escaped)":"\(escaped)","https://u:\(Self.password)@h":"pass"},
       "\(escaped)":1}
      """)
    try makeFolder(home + "/.apptainer")
    try writeFile(
      home + "/.apptainer/remote.yaml",
      """
      Active: "x\\u202e\\e[2J\\nFATAL:   forged"
      Remotes:
        "x\\u202e\\e[2J\\nFATAL:   forged":
          URI: "cloud.example\\u0085\\e[2J"
          Token: tok
          Keyservers:
          - URI: "https://keys.example/\\u202e\\e[2J"
            Auth: "Basic dTpw"
      Credentials:
      - URI: "docker://bob:\(Self.password)@r.example"
        Auth: "Basic dTpw"
      """)
  }

  private static let commands: [[String]] = [
    ["init", "--key-file", "HOME/key" + name],
    ["registry", "list"], ["registry", "list", "--long"], ["registry", "list", "--format", "json"],
    ["status"], ["doctor"], ["doctor", "--format", "json"],
    ["migrate", "--dry-run"], ["migrate", "--dry-run", "--format", "json"],
    ["migrate", "HOME/none" + name + line], ["migrate", "--yes", "HOME/.docker/config.json"],
    ["migrate", "--yes"], ["migrate", "--list"], ["migrate", "--list", "--format", "json"],
    ["migrate", "--prefer", name + line], ["migrate", "--undo"],
    ["registry", "list", "--long"], ["registry", "list", "--format", "json"],
    ["helper", "status"], ["helper", "status", "--format", "json"],
    ["helper", "install", "docker"], ["helper", "install", "podman"],
    ["helper", "status", "docker"], ["helper", "uninstall", "docker"],
    ["helper", "install", name + line],
    ["get", name + line], ["get", "--field", "username", name + line],
    ["get", "--field", "username", "registry.example.com"],
    ["get", "--format", "json", "registry.example.com"],
    ["get", "https://u:\(password)@r.example"], ["registry", "logout", name + line],
    ["registry", "logout", "https://u:\(password)@r.example"],
    ["registry", "login", "-u", name, "--password-stdin", "--no-verify", "h.example"],
    ["registry", "login", "-u", "u", "--password-stdin", "https://u:\(password)@r.example"],
    ["registry", "login", "-u", "u", "--password-stdin", "r.example", "docker://u:\(password)@h"],
    ["registry", "login", "-u", "u", "--password-stdin", "--cacert", name + line, "r.example"],
    ["registry", "login", "--password=" + password + line, "--nonsense"],
    ["registry", "check", name + line], ["registry", "check", "https://u:\(password)@r.example"],
    ["export", "--as", "auth-json", "--output", "HOME/none" + name + line + "/x"],
    ["export", "--as", name + line], ["export", "--as", "auth-json", "--output", "HOME/x", name],
    ["config", "get", name + line], ["config", "set", "key-file", name + line],
    ["config", "set", "unlock.timeout", name + line], ["config", "list"],
    ["config", "set", "key-file", "HOME/" + name], ["config", "list"],
    ["config", "list", "--format", "json"], ["config", "get", "key-file"],
    ["slot", "list"], ["slot", "remove", name + line], ["slot", "add", name + line],
    ["exec", "--registry", name + line, "--", "true"],
    ["exec", "--registry", "https://u:\(password)@r.example", "--", "true"],
    ["exec", "--", "/none" + name + line], [name + line], ["--" + name + line],
    ["registry", name + line], ["registry", "list", name + line], ["registry", "list", "-" + name],
    ["registry", "list", "--format", name + line], ["registry", "list", "--vault", name + line],
    ["registry", "list", "--key-file", name + line],
    ["registry", "list", "--passphrase-fd", name + line], ["help", name + line],
    ["rekey", "--vault", name + line], ["unlock", "--timeout", name + line],
    ["passphrase", "--key-file", name + line], ["status", "--vault", name + line],
  ]

  @Test func `no command shows a control character, a forged line or an address's password`() throws
  {
    for hasVault in [false, true] {
      for words in Self.commands where hasVault || words[0] != "init" {
        let arguments = words.map {
          $0.hasPrefix("HOME/") ? home + $0.dropFirst("HOME".count) : $0
        }
        let result = try world.run(arguments, input: "pw")
        for (name, text) in [("output", result.output), ("errors", result.errors)] {
          let raw = text.unicodeScalars.first { $0 != "\n" && $0.needsEscape }
          #expect(raw == nil, "\(words) leaves \(raw?.value ?? 0) in its \(name)")
          #expect(
            !text.split(separator: "\n").contains { $0.hasPrefix("FATAL:   forged") },
            "\(words) lets a name forge a line")
          #expect(!text.contains(Self.password), "\(words): \(text.escapingControls)")
        }
      }
    }
  }
}
