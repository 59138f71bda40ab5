/// strace, with which a system call can be made to fail, to be slow or to be the last.
package enum Tracing {
  /// Whether this system lets us trace.
  package static let isAvailable: Bool = (try? Command(["strace", "true"]).run().status) == 0

  /// What stands before a command to be traced.
  ///
  /// - Parameter expressions: What strace takes after `-e`.
  /// - Returns: The words.
  package static func words(_ expressions: String...) -> [String] {
    ["strace", "-f", "-o", "/dev/null"] + expressions.flatMap { ["-e", $0] }
  }
}
