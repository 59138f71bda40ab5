import Testing
import VaultTestSupport

/// What a test needs of the machine; without it the test is skipped, and the reason is printed.
extension Trait where Self == ConditionTrait {
  static var desktopKeyring: Self {
    .enabled(
      if: DesktopSession.isAvailable,
      "gnome-keyring, libsecret-tools or golang-docker-credential-helpers is missing")
  }

  static var scriptedKeyring: Self {
    .enabled(if: DesktopSession.hasMock, "python3-dbus, python3-gi or dbus-daemon is missing")
  }

  static var sshAgent: Self {
    .enabled(
      if: SSHAgentProcess.isAvailable, "OpenSSH's ssh-agent, ssh-add or ssh-keygen is missing")
  }

  static var sshServer: Self {
    .enabled(if: SSHServer.isAvailable, "OpenSSH's server is missing, or this user cannot start it")
  }

  static var tracing: Self { .enabled(if: Tracing.isAvailable, "strace cannot trace here") }

  static var terminal: Self {
    .enabled(if: MachineAbilities.hasTerminals, "no pseudo terminal can be made here")
  }

  static var mounting: Self {
    .enabled(
      if: MachineAbilities.canMount, "no mount namespace can be made here, or nothing mounted")
  }

  static var userNamespaces: Self {
    .enabled(if: MachineAbilities.hasUserNamespaces, "no user namespace can be made here")
  }
}
