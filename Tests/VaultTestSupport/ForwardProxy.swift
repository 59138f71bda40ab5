/// Debian's tinyproxy, a forward proxy.
package final class ForwardProxy {
  private let folder: TemporaryFolder
  private let server: LoopbackServer

  /// Its address as a variable has it.
  package var url: String { "http://127.0.0.1:\(server.port)" }

  /// Starts it.
  ///
  /// - Parameter login: The user name and password that it asks for.
  /// - Throws: Where it does not start.
  package init(login: (user: String, password: String)? = nil) throws {
    let folder = try TemporaryFolder()
    server = try LoopbackServer("tinyproxy") { port in
      try writeFile(
        folder.path("tinyproxy.conf"),
        """
        Port \(port)
        Listen 127.0.0.1
        Allow 127.0.0.1
        LogFile "\(folder.path("log"))"
        LogLevel Connect
        \(login.map { "BasicAuth \($0.user) \($0.password)" } ?? "")

        """)
      return ["tinyproxy", "-d", "-c", folder.path("tinyproxy.conf")]
    }
    self.folder = folder
  }

  /// What it was asked for.
  package var log: String {
    String(decoding: (try? readFile(folder.path("log"))) ?? [], as: UTF8.self)
  }
}
