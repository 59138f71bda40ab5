internal import Glibc

/// A program that listens on a port of loopback that we choose for it, until nothing holds it any more.
final class LoopbackServer {
  let port: Int
  private let process: ChildProcess
  private let log: OpenFile

  /// Starts it, on another port where the first is taken.
  ///
  /// - Parameters:
  ///   - name: What it is called in failures.
  ///   - address: The address to wait for.
  ///   - command: Gives the command for a port; files that it needs can be written here.
  /// - Throws: Where it does not start.
  init(
    _ name: String, address: String = "127.0.0.1", _ command: (Int) throws -> [String]
  ) throws {
    for _ in 0..<20 {
      let port = Int.random(in: 20_000...32_000)
      // Else the answer of whoever has the port would be taken for ours.
      if Self.isListening(address, port) { continue }
      let log = try OpenFile.unnamed()
      let process = try ChildProcess(
        try command(port), environment: Command.plainEnvironment,
        descriptors: [try OpenFile(reading: "/dev/null"), log, log], inOwnSession: false)
      let isUp = try waitFor(name, atMost: 20) { () -> Bool? in
        if process.poll() != nil { return false }
        return Self.isListening(address, port) ? true : nil
      }
      if isUp {
        (self.port, self.process, self.log) = (port, process, log)
        return
      }
      let text = String(decoding: try log.bytes(), as: UTF8.self)
      guard text.lowercased().contains("in use") || text.contains("bind") else {
        throw TestFailure("\(name) did not start: \(text)")
      }
    }
    throw TestFailure("found no free port for \(name)")
  }

  /// Stops it.
  func stop() {
    process.signal(9)
    _ = try? process.wait(atMost: 10)
  }

  private static func isListening(_ address: String, _ port: Int) -> Bool {
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = in_port_t(port).bigEndian
    name.sin_addr.s_addr = unsafe inet_addr(address)
    let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(client) }
    return unsafe withUnsafePointer(to: &name) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
        unsafe connect(client, name, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
