import Synchronization
import Network
import SealedFormat
import Vault

/// Many logins, each asked for at its registry, at the same time.
struct LoginChecks {
  /// The most that are asked for at the same time.
  static let mostAtOnce = 32

  let options: ConnectionOptions
  /// The present, in seconds since 1970.
  let now: Int64
  /// Gets warnings, on any thread.
  let warn: @Sendable (String) -> Void

  /// One login to ask for.
  struct Subject: Sendable {
    let record: CredentialRecord
    /// The name of its store.
    let store: String
    /// Opens the secret; called on any thread, when it is needed.
    let secret: @Sendable () throws(VaultError) -> SecretBytes
  }

  /// Asks for all of them.
  ///
  /// Each registry is probed once, however many logins there are for it.
  ///
  /// - Parameters:
  ///   - subjects: The logins.
  ///   - tell: Is told on any thread, one call at a time, how many are done.
  /// - Returns: The answers, in the order of the logins.
  func run(_ subjects: [Subject], tell: @escaping @Sendable (Int) -> Void) -> [LoginCheck] {
    let answers = Answers(count: subjects.count, tell: tell)
    var registries: [Registry: [Int]] = [:]
    var order: [Registry] = []
    for (number, subject) in subjects.enumerated() {
      let registry = Registry(subject.record)
      if registries[registry] == nil { order.append(registry) }
      registries[registry, default: []].append(number)
    }
    let jobs = order.map { registry -> Workers.Job in
      let numbers = registries[registry] ?? []
      return { workers in
        let first = subjects[numbers[0]].record
        let client = RegistryClient(options: options.keeping(first), warn: warn)
        let probe = Result { () throws(VaultError) in
          guard let scope = first.scope else {
            throw VaultError(.invalidInput, "this is no login to a registry")
          }
          return try client.probe(scope)
        }
        for number in numbers {
          workers.add { _ in
            answers.put(ask(client, subjects[number], after: probe), at: number)
          }
        }
      }
    }
    Workers.run(jobs, atMost: min(Self.mostAtOnce, subjects.count))
    return answers.all
  }

  private func ask(
    _ client: RegistryClient, _ subject: Subject,
    after probe: Result<ProbeAnswer, VaultError>
  ) -> LoginCheck {
    do throws(VaultError) {
      let secret = try subject.secret()
      return client.check(subject.record, secret, now: now, after: probe)
    } catch {
      return LoginCheck(
        verdict: .unreachable, reason: error.message, remedy: error.remedy, expires: nil)
    }
  }

  /// What logins have in common that are asked for at one place in one way.
  private struct Registry: Hashable {
    let authority: String?
    let isSecure: Bool

    init(_ record: CredentialRecord) {
      authority = record.scope?.authority
      isSecure = record.isSecure
    }
  }
}

/// The answers as they come in, from any thread.
private final class Answers: Sendable {
  private let answers: Mutex<(checks: [LoginCheck?], count: Int)>
  private let tell: @Sendable (Int) -> Void

  init(count: Int, tell: @escaping @Sendable (Int) -> Void) {
    answers = Mutex((Array(repeating: nil, count: count), 0))
    self.tell = tell
  }

  func put(_ check: LoginCheck, at number: Int) {
    answers.withLock {
      $0.checks[number] = check
      $0.count += 1
      tell($0.count)
    }
  }

  var all: [LoginCheck] { answers.withLock { $0.checks.compactMap(\.self) } }
}
