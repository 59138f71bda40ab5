import Testing
import SealedFormat
import Vault
import VaultTestSupport

@testable import CredentialHelper

/// What the fuzzer found worth keeping (Tests/Fuzz), given to the same parsers again.
struct FuzzCorpusTests {
  @Test func `every input of the corpus is read or refused`() throws {
    let inputs = files(below: PackageFolder.path + "/Tests/Fuzz/Corpus/helper-input")
    var requests = 0
    var registries = 0
    for input in inputs {
      let bytes = try readFile(input)
      let text = try SecretBytes(copying: bytes.bytes)
      if let request = try? StoreRequest(text) {
        #expect(!request.serverURL.isEmpty && !request.username.isEmpty, "\(input)")
        requests += 1
      }
      guard let text = String(validating: bytes, as: UTF8.self) else { continue }
      if case .registry(let scope, _) = ServerKey(text).key {
        #expect(try RegistryURI(scope.text).scope == scope, "\(input)")
        registries += 1
      }
    }
    #expect(requests > 0 && registries > 0, "the corpus has \(inputs.count) inputs")
  }
}
