internal import FoundationEssentials
internal import SealedFormat
internal import Vault

extension HelperSetup {
  /// What the user should know of the files of a client that asks the vault.
  ///
  /// A file that cannot be read is passed over: `exposures` says why.
  package func hints(for client: HelperClient, _ exposures: Exposures) -> [HelperHint] {
    let plaintext = plaintextHints(client, exposures)
    switch client {
    case .docker:
      return plaintext + configurationHints(try? places.docker)
        + overrideHints { $0 == "DOCKER_AUTH_CONFIG" }
    case .podman: return plaintext + unaskedByPodman() + laterDropInHints()
    case .apptainer:
      return plaintext + configurationHints(try? places.apptainer) + hiddenFileHints(exposures)
        + laterDropInHints() + overrideHints { _ in true }
    }
  }

  private func overrideHints(_ isRead: (String) -> Bool) -> [HelperHint] {
    places.overrides.filter(isRead).map { .override(variable: $0) }
  }

  private func plaintextHints(_ client: HelperClient, _ exposures: Exposures) -> [HelperHint] {
    exposures.files(readBy: client.program).filter { $0.place.form == .docker }.map {
      .plaintext(path: $0.place.path, names: $0.names)
    }
  }

  /// About a file in docker's form that names the vault as its helper.
  private func configurationHints(_ path: String?) -> [HelperHint] {
    guard let path, let configuration = try? DockerConfiguration.read(path) else { return [] }
    var hints: [HelperHint] = []
    if configuration.document.hasMark { hints.append(.byteOrderMark(path: path)) }
    let servers = configuration.otherHelpers.map(\.server.hidingAddressSecrets)
    if !servers.isEmpty { hints.append(.otherHelpers(path: path, servers: servers)) }
    if let previous = (try? journal.record(of: path))??.previous {
      hints.append(.unasked(helper: previous, path: path, servers: []))
    }
    return hints
  }

  /// The helpers in the files that podman read before the drop-in.
  private func unaskedByPodman() -> [HelperHint] {
    let files = places.authFiles + [try? places.docker].compactMap(\.self)
    return files.flatMap { helpers(in: $0) }
  }

  /// The helpers of a file that is no longer read.
  private func helpers(in path: String, withStore: Bool = false) -> [HelperHint] {
    guard let configuration = try? DockerConfiguration.read(path) else { return [] }
    var hints: [HelperHint] = []
    if withStore, let store = configuration.credentialStore, store != HelperFile.helper {
      hints.append(.unasked(helper: store, path: path, servers: []))
    }
    for (server, helper) in configuration.otherHelpers {
      hints.append(
        .unasked(helper: helper, path: path, servers: [server.hidingAddressSecrets]))
    }
    return hints
  }

  /// Apptainer reads docker's file only if it has none of its own.
  private func hiddenFileHints(_ exposures: Exposures) -> [HelperHint] {
    guard let own = try? places.apptainer, Path.exists(own), let docker = try? places.docker else {
      return []
    }
    var hints: [HelperHint] = []
    if let file = exposures.files.first(where: { $0.place.path == docker }) {
      hints.append(.hidden(path: docker, by: own, names: file.names))
    }
    let isOurs = (try? journal.record(of: own))??.isOurs == true
    return isOurs ? hints + helpers(in: docker, withStore: true) : hints
  }

  private func laterDropInHints() -> [HelperHint] {
    ((try? places.dropInFolders) ?? []).flatMap { folder in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return names.filter { $0 > HelperFile.dropInName && $0.hasSuffix(".conf") }.sorted()
        .map { folder + "/" + $0 }.filter(namesHelpers)
    }.map { .laterDropIn(path: $0) }
  }

  private func namesHelpers(_ path: String) -> Bool {
    guard let text = try? DockerConfiguration.file(path).read() else { return false }
    return text.split(separator: UInt8(ascii: "\n")).contains { line in
      line.drop { $0 == 0x20 || $0 == 0x09 }.starts(with: "credential-helpers".utf8)
    }
  }
}

extension DockerConfiguration {
  /// The servers for which another helper than ours is asked.
  fileprivate var otherHelpers: [(server: String, helper: String)] {
    credentialHelpers.filter { $0.helper != HelperFile.helper }
  }
}
