/// Every vector of the sealed file, format 1.
enum Catalogue {
  static func scenarios() throws -> [Scenario] {
    [
      try opens(), try secretLengths(), try unlocking(), try keyFiles(), try wrongSecret(),
      try header(), try lengths(), try digest(), try truncated(), try extended(), try slots(),
      try costs(), try moved(), try tampered(), try index(), try order(), try fields(),
      try attributes(), try vaultAttributes(), try unknown(), try tombstones(), try accounts(),
      try secrets(),
      try wrapped(), try keyring(), try sshAgent(), try page(),
    ]
  }
}
