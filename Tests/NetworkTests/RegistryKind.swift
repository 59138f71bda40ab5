import Foundation
import Testing
import VaultTestSupport

/// How one kind of registry asks, answers and refuses, as its makers describe it (docs/registries.md).
struct RegistryKind: CustomTestStringConvertible {
  let name: String
  let username: String
  let secret: String
  /// The challenge; `URL` stands for the server.
  let challenge: String
  /// What the token server gives for the right secret; nil where the registry checks by itself.
  var token: String? = nil
  /// The form by which the token server takes the secret; nil where it takes Basic by GET.
  var form: [String: String]? = nil
  /// The status and body for a wrong secret.
  let refusal: (status: Int, body: String)
  /// What is shown of it.
  let words: String
  /// What `registry check` makes of it.
  var isExpiry = false
  /// When the secret says that it expires.
  var expires: Int64? = nil

  var testDescription: String { name }

  var basic: String { "Basic " + Data("\(username):\(secret)".utf8).base64EncodedString() }

  /// A server that behaves so.
  func start() throws -> ScriptedServer {
    try ScriptedServer { request, port in answer(to: request, port) }
  }

  private func answer(to request: ScriptedServer.Request, _ port: UInt16) -> ScriptedServer.Answer {
    let url = "http://127.0.0.1:\(port)"
    guard request.target == "/v2/" else {
      guard let form else {
        if request.method != "GET" { return .whole(405) }
        return request.authorization == basic ? .whole(200, [], token ?? "") : refuse()
      }
      if request.method != "POST" { return .whole(405) }
      return Self.members(request.body) == form ? .whole(200, [], token ?? "") : refuse()
    }
    let good = token == nil ? basic : "Bearer good-token"
    if request.authorization == good { return .whole(200, [], "{}") }
    if request.authorization != nil { return refuse() }
    return .whole(
      401, [("WWW-Authenticate", challenge.replacing("URL", with: url))],
      #"{"errors":[{"code":"UNAUTHORIZED","message":"authentication required","detail":null}]}"#)
  }

  private func refuse() -> ScriptedServer.Answer {
    .whole(refusal.status, [("Content-Type", "application/json")], refusal.body)
  }

  private static func members(_ form: String) -> [String: String] {
    Dictionary(
      form.split(separator: "&").map { member in
        let parts = member.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (
          String(parts[0]), parts.last.flatMap { String($0).removingPercentEncoding } ?? ""
        )
      }, uniquingKeysWith: { $1 })
  }
}

/// A JSON Web Token with an expiry, as Azure's registries give out.
private func webToken(expiring time: Int64) -> String {
  let claims = Data(#"{"exp":\#(time),"sub":"x"}"#.utf8).base64EncodedString()
  return "eyJhbGciOiJub25lIn0." + claims.replacing("=", with: "") + ".c2ln"
}

private func dockerError(_ code: String, _ message: String) -> String {
  #"{"errors":[{"code":"\#(code)","message":"\#(message)"}]}"#
}

extension RegistryKind {
  private static let nobody = "00000000-0000-0000-0000-000000000000"
  private static let serviceAccount = """
    {
      "type": "service_account",
      "private_key": "-----BEGIN PRIVATE KEY-----\\n\(String(repeating: "MIIEvQIBADAN", count: 140))\\n",
      "client_email": "puller@project.iam.example"
    }

    """

  static let all: [RegistryKind] = [
    RegistryKind(
      name: "Docker Hub", username: "myuser", secret: "dckr_pat_abc-DEF_123",
      challenge: #"Bearer realm="URL/token",service="registry.docker.io""#,
      token: #"{"token":"good-token","access_token":"good-token","expires_in":300}"#,
      refusal: (401, #"{"details":"incorrect username or password"}"#),
      words: "incorrect username or password"),
    RegistryKind(
      name: "GitHub (ghcr.io)", username: "anybody", secret: "ghp_0123456789",
      challenge:
        #"Bearer realm="URL/token",service="ghcr.io",scope="repository:user/image:pull""#,
      token: #"{"token":"good-token"}"#,
      refusal: (403, dockerError("DENIED", "denied")), words: "denied"),
    RegistryKind(
      name: "Quay, robot", username: "myorg+puller", secret: "ROBOTTOKEN",
      challenge: #"Bearer realm="URL/v2/auth",service="quay.example""#,
      token: #"{"token":"good-token"}"#,
      refusal: (401, dockerError("UNAUTHORIZED", "Could not find robot with specified username")),
      words: "Could not find robot with specified username"),
    RegistryKind(
      name: "GitLab, deploy token", username: "gitlab+deploy-token-17", secret: "gldt-abc_123",
      challenge: #"Bearer realm="URL/jwt/auth",service="container_registry""#,
      token: #"{"token":"good-token"}"#,
      refusal: (401, dockerError("UNAUTHORIZED", "HTTP Basic: Access denied.")),
      words: "HTTP Basic: Access denied."),
    RegistryKind(
      name: "GitLab, job", username: "gitlab-ci-token", secret: "glcbt-64_abc",
      challenge: #"Bearer realm="URL/jwt/auth",service="container_registry""#,
      token: #"{"token":"good-token"}"#,
      refusal: (403, dockerError("DENIED", "access forbidden")), words: "access forbidden"),
    RegistryKind(
      name: "Harbor, robot", username: "robot$project+puller", secret: "Harbor12345",
      challenge: #"Bearer realm="URL/service/token",service="harbor-registry""#,
      token: #"{"token":"good-token","expires_in":1800,"issued_at":"2026-01-01T00:00:00Z"}"#,
      refusal: (401, dockerError("UNAUTHORIZED", "unauthorized: unauthorized")),
      words: "unauthorized: unauthorized"),
    RegistryKind(
      name: "NVIDIA (nvcr.io)", username: "$oauthtoken", secret: "nvapi-0123_abc",
      challenge: #"Bearer realm="URL/proxy_auth?fixed=1",scope="""#,
      token: #"{"token":"good-token","expires_in":600}"#,
      refusal: (401, dockerError("UNAUTHORIZED", "Invalid API key")), words: "Invalid API key"),
    RegistryKind(
      name: "Amazon ECR", username: "AWS",
      secret: Data(#"{"payload":"x","version":"2","expiration":1893456000}"#.utf8)
        .base64EncodedString(),
      challenge: #"Basic realm="URL/",service="ecr.example""#,
      refusal: (
        403,
        dockerError("DENIED", "Your authorization token has expired. Reauthenticate and try again.")
      ), words: "Your authorization token has expired. Reauthenticate and try again.",
      isExpiry: true, expires: 1_893_456_000),
    RegistryKind(
      name: "Google, access token", username: "oauth2accesstoken", secret: "ya29.c.b0Aaek-_x",
      challenge: #"Bearer realm="URL/v2/token",service="pkg.example""#,
      token: #"{"token":"good-token","expires_in":3600}"#,
      refusal: (401, dockerError("UNAUTHORIZED", "authentication failed")),
      words: "authentication failed"),
    RegistryKind(
      name: "Google, key file", username: "_json_key", secret: serviceAccount,
      challenge: #"Bearer realm="URL/v2/token",service="pkg.example""#,
      token: #"{"token":"good-token"}"#,
      refusal: (401, dockerError("UNAUTHORIZED", "authentication failed")),
      words: "authentication failed"),
    RegistryKind(
      name: "Azure, refresh token", username: nobody, secret: webToken(expiring: 1_893_456_000),
      challenge: #"Bearer realm="URL/oauth2/token",service="r.azurecr.example""#,
      token: #"{"access_token":"good-token"}"#,
      form: [
        "grant_type": "refresh_token", "service": "r.azurecr.example", "client_id": "vault",
        "refresh_token": webToken(expiring: 1_893_456_000),
      ],
      refusal: (
        401, dockerError("UNAUTHORIZED", "authentication required, visit the page on tokens")
      ), words: "", expires: 1_893_456_000),
    RegistryKind(
      name: "Azure, service principal", username: "0f3c2b1a-1111-2222-3333-444455556666",
      secret: "Az~Secret.123", challenge: #"Bearer realm="URL/oauth2/token",service="r.example""#,
      token: #"{"access_token":"good-token"}"#,
      refusal: (401, dockerError("UNAUTHORIZED", "authentication required")),
      words: "authentication required"),
    RegistryKind(
      name: "identity token", username: "<token>", secret: "refresh/token+1",
      challenge: #"Bearer realm="URL/token",service="s""#,
      token: #"{"access_token":"good-token","expires_in":60,"scope":""}"#,
      form: [
        "grant_type": "refresh_token", "service": "s", "client_id": "vault",
        "refresh_token": "refresh/token+1",
      ], refusal: (400, #"{"error":"invalid_grant","error_description":"token is revoked"}"#),
      words: "token is revoked"),
    RegistryKind(
      name: "token server that only takes POST", username: "alice", secret: "p a&s=s",
      challenge: #"Bearer realm="URL/token",service="s""#,
      token: #"{"access_token":"good-token"}"#,
      form: [
        "grant_type": "password", "service": "s", "client_id": "vault", "username": "alice",
        "password": "p a&s=s",
      ], refusal: (401, #"{"error":"invalid_grant"}"#), words: "invalid_grant"),
  ]
}
