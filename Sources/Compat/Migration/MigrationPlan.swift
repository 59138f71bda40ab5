package import SealedFormat
internal import Vault

/// What lies in the clear in the files of other programs, and what would become of it.
package struct MigrationPlan {
  /// One login, which may lie in several files.
  package struct Login {
    /// Where it lies: a file and its place in it.
    struct Finding {
      let source: PlaintextFile
      let login: FoundLogin
    }

    let findings: [Finding]
    /// The findings with one user name and secret each, by their index.
    let groups: [[Int]]
    /// What the vault has for it.
    let kept: Kept

    /// What it is for.
    package var key: CredentialRecord.Key { findings[0].login.key }
    /// The address or name to show.
    package var shown: String { findings[0].login.shown }
  }

  /// What the vault has for a login.
  enum Kept: Equatable {
    /// The vault is not open.
    case unknown
    case nothing
    /// The secret and user name of this group.
    case same(group: Int)
    /// Another secret, or another user's.
    case other(username: String)
  }

  /// Which of several secrets is kept.
  package enum Choice: Equatable, Sendable {
    /// That of this group of findings.
    case file(group: Int)
    /// That of the vault.
    case vault
  }

  /// The logins, in the order in which they were found.
  package let logins: [Login]
  /// How many files hold a login that can be taken over.
  package var fileCount: Int { sources.count }
  /// The files, and why some of them stay as they are.
  package let exposures: Exposures
  /// The files with a login that can be taken over.
  var sources: [PlaintextFile] { exposures.files.filter { !$0.logins.isEmpty } }

  /// Finds what the vault has under a key.
  package typealias LookUp = (CredentialRecord.Key) throws(VaultError) -> Credential?

  /// Compares what is in the files with each other and with the vault.
  ///
  /// - Parameters:
  ///   - exposures: What is in plaintext.
  ///   - find: Gives what the vault has; nil if that is unknown, because the vault is locked.
  /// - Throws: What reading the vault throws.
  package init(
    _ exposures: Exposures, _ find: LookUp?
  ) throws(VaultError) {
    var findings: [[Login.Finding]] = []
    var places: [CredentialRecord.Key: Int] = [:]
    for source in exposures.files {
      for login in source.logins {
        if let place = places[login.key] {
          findings[place].append(Login.Finding(source: source, login: login))
        } else {
          places[login.key] = findings.count
          findings.append([Login.Finding(source: source, login: login)])
        }
      }
    }
    var logins: [Login] = []
    for found in findings {
      let groups = try Self.groups(of: found)
      let kept: Kept =
        if let find { try Self.kept(try find(found[0].login.key), found, groups) } else { .unknown }
      logins.append(Login(findings: found, groups: groups, kept: kept))
    }
    self.logins = logins
    self.exposures = exposures
  }

  private static func groups(of findings: [Login.Finding]) throws(VaultError) -> [[Int]] {
    guard findings.count > 1 else { return [[0]] }
    var groups: [[Int]] = []
    for (index, finding) in findings.enumerated() {
      let secret = try finding.source.secret(of: finding.login)
      var place: Int?
      for (number, group) in groups.enumerated() {
        let other = findings[group[0]]
        let otherSecret = try other.source.secret(of: other.login)
        if finding.login.username == other.login.username, secret.isEqual(to: otherSecret) {
          place = number
        }
      }
      if let place { groups[place].append(index) } else { groups.append([index]) }
    }
    return groups
  }

  static func kept(
    _ credential: consuming Credential?, _ findings: [Login.Finding], _ groups: [[Int]]
  ) throws(VaultError) -> Kept {
    guard let credential else { return .nothing }
    for (number, group) in groups.enumerated() {
      let finding = findings[group[0]]
      let secret = try finding.source.secret(of: finding.login)
      if finding.login.username == credential.record.username,
        secret.isEqual(to: credential.secret)
      {
        return .same(group: number)
      }
    }
    return .other(username: credential.record.username)
  }
}
