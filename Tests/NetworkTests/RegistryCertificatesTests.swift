import Foundation
import Testing
import VaultTestSupport

@testable import Network
@testable import SealedFormat

/// What libcurl gets, without a server.
@Suite(
  .enabled(
    if: ScriptedServerTLS.isAvailable && IssuerCertificates.systemFile != nil,
    "there is no openssl or no list of issuers"))
struct RegistryCertificatesTests {
  private let folder: TemporaryFolder
  private let tls: ScriptedServerTLS

  init() throws {
    folder = try TemporaryFolder()
    tls = try ScriptedServerTLS(before: 1)
  }

  private func text(_ change: (inout ConnectionOptions) -> Void = { _ in }) throws -> String {
    var options = ConnectionOptions()
    options.certificateFolders = [folder.path]
    change(&options)
    let certificates = try RegistryCertificates(
      of: try RegistryURI("registry.example").scope, options: options, warn: { _ in })
    let file = certificates.file
    return String(decoding: try readFile(try #require(file)), as: UTF8.self)
  }

  private func certificate(_ name: String = "ca.pem") throws -> String {
    String(decoding: try readFile(tls.folder.path + "/" + name), as: UTF8.self)
  }

  @Test func `libcurl gets the system's list if no issuers are named`() throws {
    let system = try #require(IssuerCertificates.systemFile)
    #expect(try text() == String(decoding: try readFile(system), as: UTF8.self))
  }

  @Test func `libcurl gets the named issuers and the system's list`() throws {
    let system = try text()
    let both = try text { $0.issuersFile = tls.folder.path + "/ca.pem" }
    #expect(both.contains(try certificate()))
    #expect(both.contains(system))
  }

  @Test func `issuers are read from certs.d folders with and without the port of https`() throws {
    for (name, file) in [("registry.example", "ca.pem"), ("registry.example:443", "client.pem")] {
      try makeFolder(folder.path(name))
      try writeFile(folder.path("\(name)/any.crt"), try readFile(tls.folder.path + "/" + file))
    }
    let both = try text()
    #expect(both.contains(try certificate()))
    #expect(both.contains(try certificate("client.pem")))
  }
}
