import ArgumentParser
import SealedFormat
import Vault

/// Prints one credential.
struct GetCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "Print the secret or user name of one login.",
    discussion: """
      Prints one line. On a terminal the secret is shown only with --show.

      Example:
        \(calledName) get docker://registry.example.com | skopeo login -u myuser --password-stdin \
      registry.example.com
      """)

  enum Field: String, ExpressibleByArgument, CaseIterable {
    case username, secret
  }

  @OptionGroup var vault: VaultOptions
  @OptionGroup var verbosity: VerbosityOptions

  @Option(help: "What to print: username or secret.")
  var field: Field = .secret

  @Flag(help: "Show the secret on a terminal.")
  var show = false

  @Option(help: "How to print: text, or json with both fields.")
  var format: Format = .text

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @Argument(help: ArgumentHelp("The registry, or an image in it.", valueName: "uri"))
  var uri: String

  func run(in session: Session) throws(VaultError) -> Ending {
    let showsSecret = field == .secret || format == .json
    guard !showsSecret || !session.output.isTerminal || show else {
      throw VaultError(
        .invalidInput, "standard output is a terminal: give --show to have the secret on it")
    }
    let console = verbosity.console(in: session)
    let stores = try VaultPrompter(session, vault, console).stores()
    guard let credential = try stores.find(.address(uri)) else {
      _ = try RegistryURI(uri)
      throw VaultError(.notFound, "there is no login to \(uri.hidingAddressSecrets)")
    }
    switch (format, field) {
    case (.json, _):
      let line = try CredentialJSON.line(of: credential)
      try line.write(to: session.output.descriptor, name: "standard output")
    case (.text, .username):
      try session.output.write(line: credential.record.username)
    case (.text, .secret):
      guard !session.output.isTerminal || credential.secret.isPrintable() else {
        throw VaultError(
          .invalidInput,
          "the secret has control characters or is not UTF-8: send it to a file or a pipe")
      }
      let line = try SecretBytes(capacity: credential.secret.count + 1) { out throws(VaultError) in
        try out.append(contentsOf: credential.secret.bytes)
        out.append(UInt8(ascii: "\n"))
      }
      try line.write(to: session.output.descriptor, name: "standard output")
    }
    return .done
  }
}
