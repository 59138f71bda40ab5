import Compat
import Glibc
import SealedFormat
import Vault

/// The logins that one command is lent.
struct LentLogins: ~Copyable {
  private let session: Session
  private let console: Console
  private let loan: Loan
  /// How many there are.
  private let count: Int
  private let username: String
  /// `NAME=SECRET` and a NUL; empty where no variable is asked for.
  private let variable: SecretBytes

  /// Collects the logins; the vault is closed again afterwards.
  ///
  /// `secretVariable` is the name of a variable for the only secret.
  ///
  /// - Throws: `notFound` where one that is named is not there, and what prompter the vault throws.
  init(
    _ prompter: VaultPrompter, _ requests: [LoanRequest], secretVariable: String?
  ) throws(VaultError) {
    var loan = try Loan(prompter.session.environment)
    var count = 0
    var username = ""
    var missing: [String] = []
    var variable = try SecretBytes(copying: RawSpan())
    let stores = try prompter.stores()
    for request in requests {
      guard let credential = try Self.find(request, stores, prompter.session) else {
        let name = request.text.hidingAddressSecrets
        if request.isNamed {
          missing.append(name)
        } else {
          prompter.console.info("There is no login to lend for \(name)")
        }
        continue
      }
      var scope: RegistryScope?
      if case .registry(let asked) = request.target { scope = asked }
      if let reason = try loan.add(credential, for: scope) {
        let name = request.text.hidingAddressSecrets
        throw VaultError(
          .invalidInput,
          "the login to \(name) cannot be lent, so the command was not run: \(reason)")
      }
      count += 1
      username = credential.record.username
      if let secretVariable { variable = try Self.text(secretVariable, credential.secret) }
    }
    guard missing.isEmpty else {
      throw VaultError(
        .notFound,
        "there is no login to \(missing.joined(separator: ", ")), so the command was not run")
    }
    for warning in loan.warnings { prompter.console.warning(warning) }
    session = prompter.session
    console = prompter.console
    self.loan = loan
    self.count = count
    self.username = username
    self.variable = variable
  }

  /// Whether nothing is lent.
  var isEmpty: Bool { count == 0 }

  /// Runs a program with them.
  ///
  /// - Parameters:
  ///   - program: The program.
  ///   - usernameVariable: A variable that gets the user name of the one login.
  ///   - hold: Holds back the signals that would end us before everything is cleaned up.
  /// - Returns: How it ended.
  /// - Throws: `configuration`, `cannotCreate` or `inputOutput` where nothing can be lent; the program is
  ///   then not run.
  consuming func run(
    _ program: ChildProgram, usernameVariable: String?, _ hold: borrowing SignalHold
  ) throws(VaultError) -> Ending {
    let (session, console, username, isEmpty) = (session, console, username, isEmpty)
    guard !isEmpty else { return program.run(with: [:], secret: variable, hold, console) }
    let folder = try LentFolder(
      in: LendingPlace.all(in: session.environment), note: console.verbose)
    if Self.isSeenByContainers(folder.path, session) {
      console.info(
        "Apptainer shows \(folder.path) to containers: set XDG_RUNTIME_DIR to a folder outside of the "
          + "home, /tmp and /dev if they are not to read what is lent")
    }
    var variables = try loan.write(into: folder)
    if let usernameVariable { variables[usernameVariable] = username }
    console.verbose(
      "Lent by files in \(folder.path): \(variables.keys.sorted().joined(separator: ", "))")
    let ending = program.run(with: variables, secret: variable, hold, console)
    folder.remove()
    return ending
  }

  private static func find(
    _ request: LoanRequest, _ stores: LoginStores, _ session: Session
  ) throws(VaultError) -> Credential? {
    guard !request.isNamed else { return try stores.find(.address(request.text)) }
    switch request.target {
    case .registry(let scope):
      return try stores.find(.serving(scope))
    case .listed(let name):
      return try stores.find(.address(name))
    case .activeEndpoint:
      let name = try ApptainerStore(session.environment).index.read().active
      return name.isEmpty ? nil : try stores.find(.endpointToken(name))
    }
  }

  /// A variable as a program's environment has it.
  private static func text(
    _ name: String, _ secret: borrowing SecretBytes
  ) throws(VaultError) -> SecretBytes {
    let bytes = secret.bytes
    guard !(0..<bytes.byteCount).contains(where: { bytes[$0] == 0 }) else {
      throw VaultError(.invalidInput, "the secret has a NUL byte, which no variable can hold")
    }
    return try SecretBytes(capacity: name.utf8.count + 2 + secret.count) {
      (output) throws(VaultError) in
      try output.append(name + "=")
      try output.append(contentsOf: secret.bytes)
      output.append(0)
    }
  }

  /// Whether Apptainer binds a folder into containers, unless it is told otherwise.
  private static func isSeenByContainers(_ path: String, _ session: Session) -> Bool {
    let home = (try? session.environment.home).map { Path.resolved($0) ?? $0 }
    let bound = ["/tmp", "/var/tmp", "/dev", session.environment.workingFolder]
    return (bound + [home].compactMap { $0 }).contains { path.hasPrefix($0 + "/") }
  }
}
