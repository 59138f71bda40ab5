import SealedFormat
import Testing

struct AddressSecretsTests {
  @Test(arguments: [
    ("https://u:SECRET@r.example/v2/", "https://r.example/v2/"),
    ("u:SECRET@r.example", "r.example"), ("SECRET@r.example/org", "r.example/org"),
    ("https://u:SE@CRET@r.example", "https://r.example"),
    ("https://u:SE/CRET@r.example", "https://r.example"),
    ("https://r.example/token?token=SECRET", "https://r.example/token"),
    ("https://r.example#token=SECRET", "https://r.example"),
    ("https://u:SE?CRET@r.example", "https://…"), ("https://u:SE#CRET@r.example", "https://…"),
    ("https://r.example?mail=SECRET@r.example", "https://…"),
    ("u:SECRET@r.example/a://b", "r.example/a://b"),
    ("https://u:SECRET@\u{301}r.example", "https://\u{301}r.example"),
    ("https://u:SECRET@r/app@sha256:0123", "https://sha256:0123"),
  ])
  func `an address is shown without user information, query and fragment`(
    _ address: String, _ shown: String
  ) {
    #expect(address.hidingAddressSecrets == shown)
    #expect(!shown.contains("SE"))
  }

  @Test(arguments: [
    "", "r.example", "https://r.example:5000/v2/", "r.example/app@sha256:0123456789abcdef",
    "docker://[::1]:5000/app:1@sha512:0123", "what ever ☃",
  ])
  func `an address without secrets is shown as it is`(_ address: String) {
    #expect(address.hidingAddressSecrets == address)
  }

  @Test(arguments: [
    "https://u:SECRET@R", "u:SECRET@R", "https://R?token=SECRET", "docker://u:SECRET@R/a//b",
    "ftp://u:SECRET@R", "u:SECRET@R/x://y", "https://R/#SECRET", "https://u:SECRET", "SECRET@ R",
  ])
  func `a refused registry address does not repeat its secret`(_ address: String) {
    let error = #expect(throws: VaultError.self) { try RegistryURI(address) }
    #expect(error?.message.lowercased().contains("secret@") == false)
    #expect(error?.message.lowercased().contains("=secret") == false)
    #expect(error?.message.lowercased().contains("#secret") == false)
  }
}
