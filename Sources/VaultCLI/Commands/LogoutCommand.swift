import ArgumentParser
import Compat
import Vault

/// Forgets a login.
struct LogoutCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "logout",
    abstract: "Forget the login to a registry.",
    discussion: """
      Forgets it everywhere, or only in the store that is named. That there is none is no error.

      Example:
        vault registry logout docker://registry.example.com
      """)

  @OptionGroup var vault: VaultOptions
  @OptionGroup var talk: TalkOptions

  @Option(help: "Only there: sealed or remote-yaml.")
  var store: StoreChoice?

  @Flag(help: "Forget every login.")
  var all = false

  @Argument(help: ArgumentHelp("The registry, as in the list.", valueName: "uri"))
  var uri: String?

  func validate() throws {
    guard all == (uri == nil) else {
      throw ValidationError("Give a URI, or --all.")
    }
  }

  func run(in session: Session) throws {
    let talk = talk.talk(in: session)
    let address = try uri.map { text throws(VaultError) in try RegistryURI(text) }
    let stores = try LoginStores(session, vault, talk)
    var count = 0
    if store != .remoteYAML, var sealed = try stores.opening.open() {
      count += try forget(address, in: &sealed, at: stores.opening.path, talk)
    }
    if store != .sealed {
      var plain = try stores.remoteYAML()
      count += try forget(address, in: &plain, at: plain.path, talk)
    }
    if count == 0 {
      talk.warning(address.map { "There is no login to \($0.text)" } ?? "There is no login")
    }
  }

  /// Removes one scope, or all of them; returns how many logins there were.
  private func forget<Store: CredentialStore & ~Copyable>(
    _ address: RegistryURI?, in store: inout Store, at path: String, _ talk: Talk
  ) throws(VaultError) -> Int {
    var scopes = try store.list().compactMap(\.scope)
    if let address { scopes.removeAll { $0 != address.scope } }
    for scope in scopes where try store.remove(scope) {
      talk.info("Removed the login to \(scope.text) from \(path)")
    }
    return scopes.count
  }
}
