/// What the system lets tests do, which a container or a chroot may not.
package enum MachineAbilities {
  /// Whether there are pseudo terminals: `/dev/pts` is mounted.
  package static let hasTerminals: Bool = {
    guard let (ours, theirs) = try? OpenFile.terminal() else { return false }
    withExtendedLifetime((ours, theirs)) {}
    return true
  }()

  /// Whether a program can be run in a mount namespace of its own, and mount something there.
  package static let canMount = succeeds([
    "unshare", "--mount", "sh", "-c", "mount -t tmpfs none /proc && mount --bind / /",
  ])

  /// Whether a program can be run in a user namespace of its own, as a rootless container is.
  package static let hasUserNamespaces = succeeds(["unshare", "-Ur", "true"])

  private static func succeeds(_ words: [String]) -> Bool {
    (try? Command(words).run().status) == 0
  }
}
