import Foundation
import Glibc
import Testing
import VaultTestSupport

@testable import Network
@testable import SealedFormat

/// In a process of its own, because libcurl and its TLS library read the environment once.
@Suite(.enabled(if: ScriptedServerTLS.isAvailable, "there is no openssl"))
struct EnvironmentTests {
  @Test
  func
    `libcurl takes no proxy, credential or certificate from the environment and writes no TLS keys`()
    async throws
  {
    let folder = try TemporaryFolder()
    let server = try ScriptedServer { request, _ in
      request.authorization == basic
        ? .whole(200) : .whole(401, [("WWW-Authenticate", "Basic realm=x")])
    }
    let tls = try ScriptedServerTLS(before: server.port)
    let proxy = try ScriptedServer { _, _ in .whole(200) }
    try writeFile(folder.path(".netrc"), "default login netrc password hidden\n")
    await #expect(processExitsWith: .success) {
      [
        home = folder.path as String, issuers = tls.folder.path + "/ca.pem" as String,
        port = tls.port as UInt16, proxyPort = proxy.port as UInt16
      ] in
      let url = "http://127.0.0.1:\(proxyPort)"
      for name in ["http_proxy", "https_proxy", "all_proxy"] {
        unsafe setenv(name, url, 1)
        unsafe setenv(name.uppercased(), url, 1)
      }
      for name in ["SSL_CERT_FILE", "CURL_CA_BUNDLE"] { unsafe setenv(name, issuers, 1) }
      for name in ["HOME", "CURL_HOME", "NETRC"] { unsafe setenv(name, home, 1) }
      unsafe setenv("SSLKEYLOGFILE", home + "/keys", 1)
      let scope = try RegistryURI("127.0.0.1:\(port)").scope
      let elsewhere = try RegistryURI("registry.invalid:\(port)").scope
      let secret = try SecretBytes(readable: password)
      var options = ConnectionOptions()
      func code() -> VaultError.Code? {
        do throws(VaultError) {
          _ = try RegistryClient(options: options)
            .tryCredential(scope: scope, username: "alice", secret: secret)
          return nil
        } catch { return error.code }
      }
      guard code() == .unreachable else { exit(1) }
      options.issuersFile = issuers
      guard code() == nil else { exit(2) }
      guard (try? RegistryClient(options: options).probe(elsewhere)) == nil else { exit(3) }
    }
    #expect(server.requests.map(\.authorization) == [nil, basic])
    #expect(proxy.requests.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: folder.path("keys")))
  }
}
