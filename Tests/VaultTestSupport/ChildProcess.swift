internal import Glibc
internal import Synchronization

/// How a program ended.
package enum Ending: Hashable, Sendable {
  case exited(Int32)
  case killed(by: Int32)
}

/// A running program that is killed when nothing holds it any more.
///
/// It gets nothing that is not named here: no environment, no descriptor, no signal that the tests'
/// own parent ignores.
package final class ChildProcess {
  package let pid: Int32
  private var ending: Ending?

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - command: The program's path, or its name on the path of `environment`, and its arguments.
  ///   - environment: All of its environment.
  ///   - descriptors: What becomes its descriptors 0, 1, 2 and so on.
  ///   - inOwnSession: Whether it gets a session of its own, and so has no terminal. Servers do not:
  ///     a Ctrl-C that ends the tests has to end them too.
  /// - Throws: Where it cannot be started.
  init(
    _ command: [String], environment: [String: String], descriptors: [OpenFile], inOwnSession: Bool
  ) throws {
    // Out of the way of the numbers that they will get.
    let spares = descriptors.map { fcntl($0.descriptor, F_DUPFD_CLOEXEC, 100) }
    defer { for spare in spares { close(spare) } }

    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    for (number, spare) in spares.enumerated() {
      unsafe posix_spawn_file_actions_adddup2(&actions, spare, Int32(number))
    }

    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe sigfillset(&signals)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    let flags =
      Int32(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
      | (inOwnSession ? ownSession : 0)
    unsafe posix_spawnattr_setflags(&attributes, Int16(flags))

    let arguments = unsafe nullTerminated(command)
    defer { unsafe release(arguments) }
    let variables = unsafe nullTerminated(environment.map { $0 + "=" + $1 })
    defer { unsafe release(variables) }
    var started: pid_t = 0
    let failure = descriptorLock.withLock { _ in
      unsafe posix_spawnp(&started, command[0], &actions, &attributes, arguments, variables)
    }
    guard failure == 0 else {
      throw TestFailure("cannot start \(command[0]): error \(failure)")
    }
    pid = started
  }

  deinit {
    guard poll() == nil else { return }
    kill(pid, SIGKILL)
    waitpid(pid, nil, 0)
  }

  /// How it ended, or nil while it runs.
  package func poll() -> Ending? {
    if let ending { return ending }
    var status: Int32 = 0
    guard unsafe waitpid(pid, &status, WNOHANG) == pid else { return nil }
    // The macros WIFSIGNALED, WTERMSIG and WEXITSTATUS, which Swift does not import.
    let signal = status & 0x7f
    ending = signal == 0 ? .exited((status >> 8) & 0xff) : .killed(by: signal)
    return ending
  }

  /// Waits until it has ended.
  ///
  /// - Throws: Where it takes longer than so many seconds; it is killed then.
  package func wait(atMost seconds: Double) throws -> Ending {
    do {
      return try waitFor("a program to end", atMost: seconds) { poll() }
    } catch {
      kill(pid, SIGKILL)
      throw error
    }
  }

  /// Sends it a signal, if it is still there.
  package func signal(_ number: Int32) {
    if poll() == nil { kill(pid, number) }
  }
}

/// POSIX_SPAWN_SETSID of spawn.h, which Swift does not import.
private let ownSession: Int32 = 0x80

/// Looks again and again until there is something.
package func waitFor<Found>(
  _ what: String, atMost seconds: Double, _ look: () throws -> Found?
) throws -> Found {
  let clock = ContinuousClock()
  let deadline = clock.now + .seconds(seconds)
  var pause: UInt32 = 500
  while true {
    if let found = try look() { return found }
    guard clock.now < deadline else {
      throw TestFailure("waited \(seconds) seconds in vain for \(what)")
    }
    usleep(pause)
    pause = min(pause * 2, 10_000)
  }
}

/// Texts as the list that execve(2) takes.
private func nullTerminated(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
  unsafe texts.map { unsafe strdup($0) } + [nil]
}

private func release(_ texts: [UnsafeMutablePointer<CChar>?]) {
  unsafe texts.forEach { unsafe free($0) }
}
