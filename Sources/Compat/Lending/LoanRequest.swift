package import SealedFormat
internal import Vault

/// A login that a command is to be lent.
package struct LoanRequest: Hashable, Sendable {
  /// What it is for.
  package enum Target: Hashable, Sendable {
    /// A registry, or an image in it.
    case registry(RegistryScope)
    /// What is no registry, by the name under which it is listed.
    case listed(String)
    /// The remote endpoint that Apptainer uses where none is named.
    case activeEndpoint
  }

  /// What it is for.
  package let target: Target
  /// What the user wrote.
  package let text: String
  /// Whether it was asked for; else it was found among the words of a command, and may not be needed.
  package let isNamed: Bool

  /// A login that is asked for by name.
  ///
  /// - Parameter name: A registry's address, or what else is listed.
  package init(named name: String) {
    let scope = try? RegistryURI(name).scope
    target = scope.map { .registry($0) } ?? .listed(name)
    text = name
    isNamed = true
  }

  private init(_ target: Target, in text: String) {
    self.target = target
    self.text = text
    isNamed = false
  }

  /// The logins that a command may need: of the images that it names by `docker://`, `oras://` and
  /// `oci://`, and of the endpoint behind `library://`.
  ///
  /// - Parameter words: The command's arguments.
  /// - Returns: Each once, in their order.
  package static func found(in words: [String]) -> [LoanRequest] {
    var requests: [LoanRequest] = []
    var targets: Set<Target> = []
    for word in words {
      // Also as the value of an option: --image=docker://…
      let text = word.hasPrefix("-") ? String(word.drop { $0 != "=" }.dropFirst()) : word
      guard let separator = text.firstRange(of: "://") else { continue }
      let rest = text[separator.upperBound...]
      let target: Target? =
        switch text[..<separator.lowerBound].lowercased() {
        case "docker": imageScope(rest).map { .registry($0) }
        case "oras", "oci": (try? RegistryURI("oras://\(rest)").scope).map { .registry($0) }
        case "library": .activeEndpoint
        default: nil
        }
      guard let target, targets.insert(target).inserted else { continue }
      requests.append(LoanRequest(target, in: text))
    }
    return requests
  }

  /// The registry and repository of an image's name, in which Docker Hub goes without saying.
  private static func imageScope(_ name: Substring) -> RegistryScope? {
    guard !name.isEmpty else { return nil }
    let slash = name.firstIndex(of: "/") ?? name.endIndex
    let first = name[..<slash]
    let host = first.prefix { $0 != ":" }
    let hasHost =
      host == "localhost" || host.contains(".") || first.hasPrefix("[")
      || (slash != name.endIndex && first.contains(":"))
    guard !hasHost else { return try? RegistryURI("docker://\(name)").scope }
    let path = slash == name.endIndex ? "library/\(name)" : String(name)
    return try? RegistryURI("docker://\(RegistryScope.dockerHub)/\(path)").scope
  }
}
