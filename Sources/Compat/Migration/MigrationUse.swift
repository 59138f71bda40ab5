internal import SealedFormat
internal import Vault

/// What will use a login once it is in the vault alone.
package enum MigrationUse: Hashable, Sendable {
  /// The program asks for it by docker-credential-vault.
  case helper(PlaintextPlace.Program)
  /// The program asks by no helper for a login of its kind, and can be lent it.
  case exec(PlaintextPlace.Program)
}

extension MigrationPlan.Login {
  /// What will use it, for each program in whose files it lies.
  package var uses: [MigrationUse] {
    findings.flatMap { finding in
      finding.source.place.readers.map { program -> MigrationUse in
        isAsked(by: program, finding.login.username) ? .helper(program) : .exec(program)
      }
    }.unique(by: \.self)
  }

  /// Whether a program asks its helper for this login.
  ///
  /// They ask for whole registries, and docker for the very keys under which it keeps tokens. Measured
  /// with Apptainer 1.4, podman 4.3, skopeo 1.9 and docker 28.
  private func isAsked(by program: PlaintextPlace.Program, _ username: String) -> Bool {
    guard username != TokenUsername.registryToken else { return false }
    switch program {
    case .docker:
      if case .helperKey = key { return true }
      return key.isWholeRegistry
    case .podman, .apptainer, .helm: return key.isWholeRegistry
    case .singularity, .unknown: return false
    }
  }

  /// The files in which it lies, each with its line.
  package var places: [(path: String, line: Int)] {
    findings.map { ($0.source.place.path, $0.login.line) }
  }

  /// The user names under which it lies there, each once.
  package var usernames: [String] {
    groups.map { findings[$0[0]].login.username }.unique
  }

  /// What is known of it, in a word.
  package enum State: String, Sendable {
    /// The vault does not have it.
    case new
    /// The vault has it already, the very same.
    case sealed
    /// The vault has another secret for it, or files disagree.
    case conflict
    /// The vault is locked, so nobody knows.
    case unknown
  }

  /// Whether the vault has it.
  package var state: State {
    guard groups.count == 1 else { return .conflict }
    return switch kept {
    case .unknown: .unknown
    case .nothing: .new
    case .same: .sealed
    case .other: .conflict
    }
  }
}

extension CredentialRecord.Key {
  fileprivate var isWholeRegistry: Bool {
    if case .registry(let scope, _) = self { scope.path.isEmpty } else { false }
  }
}
