internal import FoundationEssentials
package import SealedFormat
internal import Vault

extension HelperSetup {
  /// Something that the user should know about the files of a client.
  package struct Hint: Sendable {
    /// A sentence without a final full stop and without secrets.
    package let text: String
    /// What the user can do about it.
    package let remedy: Remedy?

    init(_ text: String, _ remedy: Remedy? = nil) {
      self.text = text
      self.remedy = remedy
    }
  }

  /// What the user should know about the files of a client.
  ///
  /// A file that cannot be read gives no hint.
  package func hints(for client: HelperClient) -> [Hint] {
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

  private func overrideHints(_ isRead: (String) -> Bool) -> [Hint] {
    places.overrides.filter(isRead).map {
      Hint("\($0) is set: what it names is used instead of the vault's login")
    }
  }

  /// Plaintext logins that the client does not read any more.
  private func plaintextHints(_ paths: [String]) -> [Hint] {
    paths.compactMap { path in
      let servers = plaintextServers(path)
      guard !servers.isEmpty else { return nil }
      let count = servers.count == 1 ? "a login" : "\(servers.count) logins"
      return Hint(
        "\(path) holds \(count) in the clear (\(servers.joined(separator: ", "))), which is no longer asked",
        .migrate)
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

  private func otherHelperHints(_ path: String) -> [Hint] {
    guard let configuration = try? DockerConfiguration.read(path) else { return [] }
    let servers = configuration.credentialHelpers.map(\.escapingControls)
    guard !servers.isEmpty else { return [] }
    return [
      Hint(
        "\(path) names a helper of their own for \(servers.joined(separator: ", ")) under credHelpers, "
          + "and that one is asked instead")
    ]
  }

  /// Apptainer reads one file or the other.
  private func hiddenFileHints() -> [Hint] {
    let servers = plaintextServers(places.docker)
    guard !servers.isEmpty, FileManager.default.fileExists(atPath: places.apptainer) else {
      return []
    }
    return [
      Hint(
        "Apptainer does not read \(places.docker) if \(places.apptainer) exists, so the logins in it ("
          + servers.joined(separator: ", ") + ") do not reach it", .migrate)
    ]
  }

  private func laterDropInHints() -> [Hint] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: places.dropInFolder)) ?? []
    return names.sorted().filter { $0 > "50-vault.conf" && $0.hasSuffix(".conf") }.compactMap {
      let path = places.dropInFolder + "/" + $0
      guard let text = try? DockerConfiguration.file(path).read(),
        String(decoding: text, as: UTF8.self).split(separator: "\n").contains(where: {
          $0.drop { $0 == " " || $0 == "\t" }.hasPrefix("credential-helpers")
        })
      else { return nil }
      return Hint(
        "\(path) comes later and names credential-helpers too, so it wins: remove that line")
    }
  }
}
