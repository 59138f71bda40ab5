/// The kernel's key service, as the tests use it.
package enum KernelKeys {
  /// Whether there is one, and keyctl(1) to look at it with.
  package static let areAvailable = (try? inNewSession(["true"]).run().status) == 0

  /// A command in a session of its own, as a login gives one.
  package static func inNewSession(
    _ words: [String], environment: [String: String] = Command.plainEnvironment
  ) -> Command {
    Command(["keyctl", "session", "-"] + words, environment: environment)
  }
}
