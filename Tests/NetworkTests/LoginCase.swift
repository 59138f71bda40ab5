import Foundation
import Testing
import SealedFormat
import Vault
import Network
import VaultTestSupport

typealias Answer = ScriptedServer.Answer
typealias Request = ScriptedServer.Request

/// The credential that the tests try, and what it looks like on its way.
let password = "s3cr3t Pa55/wörd+%"
let basic = "Basic " + Data("alice:\(password)".utf8).base64EncodedString()

extension ScriptedServer {
  /// Tries the credential at this server over plain http, as somebody who said `--insecure`.
  func tryLogin(
    username: String = "alice", host: String = "127.0.0.1", secret: String = password,
    _ change: (inout ConnectionOptions) -> Void = { _ in }
  ) throws(VaultError) -> LoginOutcome {
    var options = ConnectionOptions()
    options.isPlainHTTP = true
    options.timeout = 10
    change(&options)
    let client = RegistryClient(options: options)
    let bytes = try SecretBytes(readable: secret)
    let scope = try RegistryURI("\(host):\(port)").scope
    return try client.tryCredential(scope: scope, username: username, secret: bytes)
  }

  /// The failure of a try that must fail.
  func failedLogin(
    username: String = "alice", host: String = "127.0.0.1", secret: String = password,
    _ change: (inout ConnectionOptions) -> Void = { _ in },
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> VaultError? {
    let error = #expect(throws: VaultError.self, sourceLocation: sourceLocation) {
      try tryLogin(username: username, host: host, secret: secret, change)
    }
    #expect(error?.message.contains(secret) != true, sourceLocation: sourceLocation)
    return error
  }

  /// Whether the password arrived in any form.
  var hasSeenPassword: Bool {
    let forms = [
      password, String(basic.dropFirst(6)),
      password.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? password,
    ]
    return requests.contains { request in forms.contains { request.text.contains($0) } }
  }
}

/// A challenge for the token server at `realm`.
func bearer(_ realm: String) -> (String, String) {
  ("WWW-Authenticate", "Bearer realm=\"\(realm)\",service=\"registry.test\"")
}

/// A registry with a token server at `/token` on the same port.
///
/// Its token is `good-token`.
func tokenRegistry(
  realm: String = "/token?fixed=1", _ token: @escaping @Sendable (Request) -> Answer
) throws -> ScriptedServer {
  try ScriptedServer { request, port in
    if request.target.hasPrefix("/token") { return token(request) }
    if request.authorization == "Bearer good-token" { return .whole(200) }
    let realm = realm.hasPrefix("/") ? "http://127.0.0.1:\(port)\(realm)" : realm
    return .whole(401, [bearer(realm)])
  }
}
