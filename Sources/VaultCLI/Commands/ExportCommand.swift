import ArgumentParser
import Compat
import SealedFormat
import Vault

/// Writes logins out for another program.
struct ExportCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write logins out, unencrypted, in the form of another program.",
    discussion: """
      Writes all logins of the vault, or those that are named, to standard output or into FILE. What FILE \
      holds already stays, but for these logins. To lend them to one command, see \(calledName) exec.

      Example:
        \(calledName) export --as docker-config --output ~/.docker/config.json docker://registry.example.com
      """)

  @OptionGroup var vault: VaultOptions
  @OptionGroup var verbosity: VerbosityOptions

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      "The form: remote-yaml, apptainer, docker-config or auth-json.", valueName: "form"),
    transform: Self.form)
  var form: CredentialFileForm

  @Option(
    help: ArgumentHelp(
      "The file to write them into, instead of standard output.", valueName: "file"))
  var output: String?

  @Argument(
    help: ArgumentHelp("Registries, or what else is listed; none means all.", valueName: "uri"))
  var uris: [String] = []

  private static func form(_ name: String) throws -> CredentialFileForm {
    guard let form = CredentialFileForm(rawValue: name) else {
      let known = CredentialFileForm.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("\"\(name)\" is not a form; known are \(known).")
    }
    return form
  }

  func run(in session: Session) throws(VaultError) -> Ending {
    let console = verbosity.console(in: session)
    guard output != nil || !session.output.isTerminal else {
      throw VaultError(
        .invalidInput,
        "standard output is a terminal, and the logins would be on it: give --output, or send them into "
          + "a pipe")
    }
    let prompter = try VaultPrompter(session, vault, console)
    let logins = try prompter.stores()
    guard let output = output.map(session.environment.absolute) else {
      var file = try CredentialFile(form, path: "standard output", endpoints: endpoints(session))
      let count = try fill(&file, logins, prompter)
      let text = file.takeText()
      try text.write(to: session.output.descriptor, name: "standard output")
      console.warning("Standard output got \(count) unencrypted")
      return .done
    }
    let update = try DurableFile(
      path: output, owner: .otherProgram, limit: CredentialFile.longestFile
    )
    .beginUpdate()
    var file = try CredentialFile(
      form, path: output, holding: try update.readSecret(), endpoints: endpoints(session))
    let count = try fill(&file, logins, prompter)
    if let helper = try file.helper {
      console.warning(
        "\(output) has the program ask docker-credential-\(helper), and not read the "
          + "logins in the file")
    }
    let text = file.takeText()
    try update.replace(with: text.bytes)
    console.warning("\(output) now holds \(count) unencrypted")
    return .done
  }

  /// What the remote endpoints are like whose tokens may be written out.
  private func endpoints(_ session: Session) throws(VaultError) -> [RemoteConfiguration.Remote] {
    guard form == .remoteYAML else { return [] }
    return try ApptainerStore(session.environment).index.read().remotes
  }

  /// Writes the logins into a file.
  ///
  /// - Returns: How many, in words.
  private func fill(
    _ file: inout CredentialFile, _ logins: LoginStores, _ prompter: VaultPrompter
  ) throws(VaultError) -> String {
    var count = 0
    var leftOut: [String] = []
    try logins.forEach(uris) { (credential, name) throws(VaultError) in
      guard let reason = try file.add(credential) else {
        count += 1
        return
      }
      leftOut.append("\(name.hidingAddressSecrets) is left out: \(reason)")
    }
    for reason in leftOut { prompter.console.warning(reason) }
    if uris.isEmpty { try prompter.console.warn(ofUnknownIn: logins.vault) }
    guard leftOut.isEmpty || uris.isEmpty else {
      throw VaultError(.invalidInput, "nothing was written, as not all that is named could be")
    }
    guard count > 0 else {
      if logins.vault == nil, leftOut.isEmpty { throw prompter.missing() }
      throw VaultError(.notFound, "there is no login that could be written out")
    }
    return count == 1 ? "1 login" : "\(count) logins"
  }
}
