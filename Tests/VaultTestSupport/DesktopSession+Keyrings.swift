extension DesktopSession {
  private static let scripts = PackageFolder.path + "/Tests/EndToEndTests/Scripts/"

  /// A session with a real keyring, unlocked; nothing that it would ask is answered.
  package static func with(_ keyring: DesktopKeyring) throws -> DesktopSession {
    switch keyring {
    case .gnome: return try withKeyring()
    case .keePassXC: return try withKeePassXC()
    case .kwallet5:
      let session = try DesktopSession()
      // Its collection counts as locked until a program unlocks it.
      return try session.starting(
        wallet: ["kwalletd5"], until: { _ in try session.isWalletOpen() })
    case .newerGNOME:
      let session = try DesktopSession()
      return try session.starting(
        session.inUnstable(
          "gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"),
        input: "keyring password", until: { $0 == false })
    case .kwallet6:
      let session = try DesktopSession()
      return try session.starting(
        wallet: session.inUnstable("ksecretd"), until: { $0 == false })
    }
  }

  /// A session with KeePassXC.
  ///
  /// - Parameters:
  ///   - state: What is open; see keepassxc.sh.
  ///   - settings: Lines of the section `[FdoSecrets]` of its settings.
  package static func withKeePassXC(
    _ state: String = "unlocked", settings: [String] = []
  ) throws -> DesktopSession {
    let session = try DesktopSession()
    return try session.starting(
      [scripts + "keepassxc.sh", session.folder.path("keyring"), state] + settings,
      until: { $0 == (state == "locked" ? true : state == "unlocked" ? false : nil) })
  }

  /// The display of KeePassXC.
  package func keyringDisplay() throws -> String {
    String(decoding: try readFile(folder.path("keyring/display")), as: UTF8.self)
      .split(separator: "\n").first.map { ":" + $0 } ?? ""
  }

  private func inUnstable(_ words: String...) throws -> [String] {
    guard let root = DesktopKeyring.unstable.path else {
      throw TestFailure(DesktopKeyring.unstable.reason ?? "there is no such folder")
    }
    return [Self.scripts + "in-root.sh", root, folder.path] + words
  }

  private func isWalletOpen() throws -> Bool {
    try run([
      "dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.secrets",
      "/modules/kwalletd5", "org.kde.KWallet.isOpen", "string:kdewallet",
    ]).output.contains("boolean true")
  }

  private func starting(
    wallet command: [String], until isReady: (Bool?) throws -> Bool
  ) throws -> DesktopSession {
    try starting(
      ["/usr/bin/python3", Self.scripts + "kwallet.py", folder.path("keyring")] + command,
      until: { try $0 != nil && isReady($0) })
  }

  private func starting(
    _ words: [String], input: String = "", until isReady: (Bool?) throws -> Bool
  ) throws -> DesktopSession {
    try makeFolder(folder.path("keyring"))
    var daemon = Command(words, environment: home.environment)
    daemon.input = Array(input.utf8)
    service = try daemon.start()
    return try waitFor("the keyring", atMost: 30) { () throws -> DesktopSession? in
      let isThere = try !call("ReadAlias", "string:default").isEmpty
      return try isThere && isReady(isDefaultLocked()) ? self : nil
    }
  }
}
