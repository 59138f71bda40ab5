internal import Foundation
internal import Glibc
internal import Synchronization

/// An HTTP/1.1 server on a free loopback port that answers as a test tells it to and remembers every
/// request.
///
/// It serves one connection after another, with one request each unless an answer keeps it open.
package final class ScriptedServer: Sendable {
  /// A request as it arrived.
  package struct Request: Sendable {
    /// The method.
    package let method: String
    /// Path and query.
    package let target: String
    /// The header lines, names in lower case.
    package let headers: [String: String]
    /// The body.
    package let body: String
    /// All that arrived, to look for what should not be there.
    package let text: String

    /// The Authorization header.
    package var authorization: String? { headers["authorization"] }
  }

  /// What to answer.
  package enum Answer: Sendable {
    /// A whole answer; `Content-Length` and `Connection` are added.
    case whole(Int, [(String, String)] = [], String = "")
    /// The same, but the connection stays open for the next request.
    case kept(Int, [(String, String)] = [], String = "")
    /// A head and then the same bytes again and again, until the client goes away.
    case endlessBody
    /// A status line and then header lines without end.
    case endlessHead
    /// Interim answers without end.
    case endlessInterim
    /// These bytes, and then the connection is closed.
    case raw(String)
    /// Nothing, until the client goes away.
    case silence
  }

  private let listener: Int32
  /// The port that it listens on.
  package let port: UInt16
  private let log = Mutex<[Request]>([])

  /// Starts a server.
  ///
  /// - Parameters:
  ///   - address: A loopback address.
  ///   - script: Gives the answer to a request; the server's own port comes with it.
  /// - Throws: Where there is no free port.
  package init(
    address: String = "127.0.0.1", _ script: @escaping @Sendable (Request, UInt16) -> Answer
  ) throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = unsafe inet_addr(address)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let socket = listener
    let failed = unsafe withUnsafeMutablePointer(to: &name) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
        unsafe bind(socket, name, length) != 0 || listen(socket, 16) != 0
          || getsockname(socket, name, &length) != 0
      }
    }
    guard !failed else { throw CocoaError(.fileReadUnknown) }
    port = UInt16(bigEndian: name.sin_port)
    Thread.detachNewThread { [weak self, socket, port] in
      while true {
        let client = accept(socket, nil, nil)
        if client < 0, errno == EINTR || errno == ECONNABORTED { continue }
        guard client >= 0 else { break }  // it was shut down
        while let request = Self.readRequest(client) {
          self?.log.withLock { $0.append(request) }
          let answer = script(request, port)
          Self.send(answer, to: client)
          guard case .kept = answer else { break }
        }
        close(client)
      }
      close(socket)
    }
  }

  deinit { shutdown(listener, Int32(SHUT_RDWR)) }

  /// The requests so far.
  package var requests: [Request] { log.withLock { $0 } }

  /// The requests so far, each as method and target.
  package var targets: [String] { requests.map { "\($0.method) \($0.target)" } }

  private static func readRequest(_ client: Int32) -> Request? {
    var bytes: [UInt8] = []
    var wanted = Int.max
    while bytes.count < wanted {
      var chunk = [UInt8](repeating: 0, count: 4096)
      let count = unsafe recv(client, &chunk, chunk.count, 0)
      guard count > 0 else { break }
      bytes += chunk[..<count]
      // What is not HTTP, a TLS greeting for one, is answered as such and not recorded.
      guard bytes[0] >= 0x41, bytes[0] <= 0x5A else {
        send(.raw("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"), to: client)
        return nil
      }
      let text = String(decoding: bytes, as: UTF8.self)
      guard wanted == Int.max, let end = text.range(of: "\r\n\r\n") else { continue }
      let length = headers(of: String(text[..<end.lowerBound]))["content-length"].flatMap {
        Int($0)
      }
      wanted = text[..<end.upperBound].utf8.count + (length ?? 0)
    }
    guard wanted <= bytes.count else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    let parts = text.components(separatedBy: "\r\n\r\n")
    let first = parts[0].components(separatedBy: "\r\n")[0].components(separatedBy: " ")
    guard first.count == 3 else { return nil }
    return Request(
      method: first[0], target: first[1], headers: headers(of: parts[0]),
      body: parts.dropFirst().joined(separator: "\r\n\r\n"), text: text)
  }

  private static func headers(of head: String) -> [String: String] {
    var headers: [String: String] = [:]
    for line in head.components(separatedBy: "\r\n").dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      headers[line[..<colon].lowercased()] =
        line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
    return headers
  }

  private static func send(_ answer: Answer, to client: Int32) {
    switch answer {
    case .whole(let status, let headers, let body):
      let lines = headers.map { "\($0.0): \($0.1)\r\n" }.joined()
      write(
        "HTTP/1.1 \(status) X\r\n\(lines)Content-Length: \(body.utf8.count)\r\n"
          + "Connection: close\r\n\r\n\(body)", client)
    case .kept(let status, let headers, let body):
      let lines = headers.map { "\($0.0): \($0.1)\r\n" }.joined()
      write(
        "HTTP/1.1 \(status) X\r\n\(lines)Content-Length: \(body.utf8.count)\r\n\r\n\(body)", client)
      return
    case .raw(let text):
      write(text, client)
    case .endlessBody:
      write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", client)
      repeatedly("{\"token\": \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\n", client)
    case .endlessHead:
      write("HTTP/1.1 200 OK\r\n", client)
      repeatedly("X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", client)
    case .endlessInterim:
      repeatedly("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", client)
    case .silence:
      var byte: UInt8 = 0
      while unsafe recv(client, &byte, 1, 0) > 0 {}
    }
    // Only a client that has all may find the connection closed.
    shutdown(client, Int32(SHUT_WR))
  }

  private static func repeatedly(_ text: String, _ client: Int32) {
    let block = String(repeating: text, count: 100)
    // A bound, so that a client that takes everything fails its test instead of hanging it.
    for _ in 0..<2000 where !write(block, client) { return }
  }

  @discardableResult
  private static func write(_ text: String, _ client: Int32) -> Bool {
    var rest = ArraySlice(Array(text.utf8))
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { bytes in
        unsafe Glibc.send(client, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
