internal import FoundationEssentials
package import SealedFormat
internal import Vault

extension HelperSetup {
  /// What a person should know of the files of a client, one sentence each; without secrets.
  ///
  /// A file that cannot be read is passed over: whoever needs it says why.
  ///
  /// - Parameter client: Whose files.
  /// - Returns: Sentences without a final full stop.
  package func hints(for client: HelperClient) -> [String] {
    switch client {
    case .docker:
      plaintextHints([places.docker]) + otherHelperHints(places.docker)
        + overrideHints { $0 == "DOCKER_AUTH_CONFIG" }
    case .podman: plaintextHints(places.authFiles) + laterDropInHints()
    case .apptainer:
      plaintextHints([places.apptainer]) + otherHelperHints(places.apptainer)
        + hiddenFileHints() + laterDropInHints() + overrideHints { _ in true }
    }
  }

  private func overrideHints(_ isRead: (String) -> Bool) -> [String] {
    places.overrides.filter(isRead).map {
      "\($0) is set: what it names is taken instead of the vault's login"
    }
  }

  /// Logins that lie in the clear, and that the client does not read any more.
  private func plaintextHints(_ paths: [String]) -> [String] {
    paths.compactMap { path in
      let servers = plaintextServers(path)
      guard !servers.isEmpty else { return nil }
      return
        "\(path) holds \(servers.count == 1 ? "a login" : "\(servers.count) logins") in the clear ("
        + servers.joined(separator: ", ")
        + "), which is no longer asked: take it over with  vault migrate"
    }
  }

  private func plaintextServers(_ path: String) -> [String] {
    (try? Self.plaintextServers(in: path)) ?? []
  }

  /// The servers whose secrets a file in docker's form holds in the clear.
  ///
  /// - Parameter path: The file, which may be missing.
  /// - Returns: The servers as the file spells them, with control characters written out.
  /// - Throws: `damaged` where it is no such file, and what reading throws.
  package static func plaintextServers(in path: String) throws(VaultError) -> [String] {
    guard let configuration = try DockerConfiguration.read(path) else { return [] }
    return configuration.entries.filter { !$0.secrets.isEmpty }.map(\.key.escapingControls)
  }

  private func otherHelperHints(_ path: String) -> [String] {
    guard let configuration = try? DockerConfiguration.read(path) else { return [] }
    let servers = configuration.credentialHelpers.map(\.escapingControls)
    guard !servers.isEmpty else { return [] }
    return [
      "\(path) names a helper of their own for \(servers.joined(separator: ", ")) under credHelpers, "
        + "and that one is asked instead"
    ]
  }

  /// Apptainer reads one file or the other.
  private func hiddenFileHints() -> [String] {
    let servers = plaintextServers(places.docker)
    guard !servers.isEmpty, FileManager.default.fileExists(atPath: places.apptainer) else {
      return []
    }
    return [
      "Apptainer does not read \(places.docker) where \(places.apptainer) is there: the logins in it ("
        + servers.joined(separator: ", ") + ") reach it by  vault migrate  alone"
    ]
  }

  private func laterDropInHints() -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: places.dropInFolder)) ?? []
    return names.sorted().filter { $0 > "50-vault.conf" && $0.hasSuffix(".conf") }.compactMap {
      let path = places.dropInFolder + "/" + $0
      guard let text = try? DockerConfiguration.file(path).read(),
        String(decoding: text, as: UTF8.self).split(separator: "\n").contains(where: {
          $0.drop { $0 == " " || $0 == "\t" }.hasPrefix("credential-helpers")
        })
      else { return nil }
      return "\(path) comes later and names credential-helpers too, so it wins: remove that line"
    }
  }
}
