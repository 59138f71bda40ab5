import Testing

@testable import VaultCLI

struct PluralTests {
  @Test func `of thousands of names the first ten are named, and the others counted`() {
    #expect(Plural.names(["a"]) == "a")
    #expect(Plural.names(["a", "b"]) == "a and b")
    let eleven = (1...11).map { "r\($0)" }
    #expect(Plural.names(eleven) == Plural.list(eleven))
    let many = (1...10_000).map { "r\($0)" }
    #expect(
      Plural.names(many) == "r1, r2, r3, r4, r5, r6, r7, r8, r9, r10 and 9990 others")
  }
}
