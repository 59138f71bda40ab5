internal import SealedFormat
internal import Vault

/// A token that lay in the clear, and where it is changed.
package struct Rotation: Sendable {
  /// The address or name to show.
  package let shown: String
  /// The user name; empty for a token alone.
  package let username: String
  /// A page or a command, in words.
  package let place: String
}

extension MigrationPlan.Login {
  /// Where the secret is changed; once for each user.
  package var rotations: [Rotation] {
    usernames.map {
      Rotation(shown: shown, username: $0, place: rotationPlace)
    }
  }

  private var rotationPlace: String {
    switch key {
    case .registry(let scope, _): return Self.page(of: scope)
    case .keyserver(let uri): return "whoever runs \(uri)"
    case .endpoint:
      return findings[0].login.issuer.map { "https://\($0)/auth/tokens" } ?? "the endpoint's pages"
    case .helperKey(let text, _):
      guard let scope = try? RegistryURI(text).scope else { return "its registry" }
      return Self.page(of: scope)
    case .migration: return "its registry"
    }
  }

  /// The pages of the larger registries, where their tokens are made and revoked.
  private static func page(of scope: RegistryScope) -> String {
    let host = scope.host
    switch host {
    case "docker.io": return "https://app.docker.com/settings/personal-access-tokens"
    case "ghcr.io", "docker.pkg.github.com": return "https://github.com/settings/tokens"
    case "registry.gitlab.com":
      return "https://gitlab.com/-/user_settings/personal_access_tokens"
    case "quay.io": return "https://quay.io/user/ (robot accounts, or the account's settings)"
    case "nvcr.io": return "https://org.ngc.nvidia.com/setup/api-keys"
    default: break
    }
    if host.hasSuffix(".azurecr.io") { return "az acr token credential generate" }
    if host.hasSuffix(".amazonaws.com") || host == "public.ecr.aws" {
      return "nowhere: it ends by itself after 12 hours"
    }
    if host == "gcr.io" || host.hasSuffix(".gcr.io") || host.hasSuffix("-docker.pkg.dev") {
      return "https://console.cloud.google.com/iam-admin/serviceaccounts"
    }
    return "https://\(scope.authority)"
  }
}
