/// A real desktop keyring that the tests drive.
package enum DesktopKeyring: String, CaseIterable, Sendable {
  case gnome = "gnome-keyring"
  case keePassXC = "KeePassXC"
  case kwallet5 = "KWallet 5"
  case newerGNOME = "gnome-keyring of Debian unstable"
  case kwallet6 = "KWallet 6 of Debian unstable"

  /// Why it cannot run here; nil if it can.
  package var whyMissing: String? {
    switch self {
    case .gnome: Self.missing("gnome-keyring-daemon")
    case .keePassXC: Self.missing("keepassxc", "keepassxc-cli", "Xvfb", "python3", "setpriv")
    case .kwallet5: Self.missing("kwalletd5", "python3")
    case .newerGNOME, .kwallet6: Self.unstable.reason
    }
  }

  private static func missing(_ programs: String...) -> String? {
    guard DesktopSession.isInstalled("dbus-daemon", "dbus-send") else {
      return "dbus-daemon is missing"
    }
    let missing = programs.filter { !DesktopSession.isInstalled($0) }
    return missing.isEmpty ? nil : "\(missing.joined(separator: ", ")) is missing"
  }

  /// The folder for chroot(8) with the newer ones, 1 GB, and otherwise why there is none.
  ///
  /// It is made only for a full sweep, because that takes minutes.
  static let unstable: (path: String?, reason: String?) = {
    var making = Command([
      "/bin/sh", PackageFolder.path + "/Tests/EndToEndTests/Scripts/unstable-root.sh", "keyrings",
      "dbus-x11,gnome-keyring,kwallet6,libqca-qt6-plugins", "/usr/bin/ksecretd",
    ])
    making.environment.merge(Command.testEnvironment) { $1 }
    if !FullSweep.isOn { making.environment["ONLY_IF_THERE"] = "1" }
    making.patience = 600
    guard let outcome = try? making.run() else { return (nil, "it took too long") }
    let last = outcome.output.split(separator: "\n").last.map(String.init) ?? ""
    return outcome.status == 0 ? (last, nil) : (nil, last)
  }()
}

extension DesktopKeyring: CustomStringConvertible {
  package var description: String { rawValue }
}
