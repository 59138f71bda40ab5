/// What kept a test from being carried out; its text is shown with the failed test.
package struct TestFailure: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
