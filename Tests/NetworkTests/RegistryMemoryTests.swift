import Foundation
import Glibc
import Testing
import VaultTestSupport

@testable import SealedFormat
@testable import Vault
@testable import Network

/// A token registry in a process of its own, so that what it gets is not in our memory.
///
/// Its token is
/// the Authorization header's value backwards.
private final class DistantRegistry {
  private static let script = """
    import http.server, os, sys, threading, time
    def end_with(parent):
        while os.getppid() == parent: time.sleep(0.5)
        os._exit(0)
    threading.Thread(target=end_with, args=(os.getppid(),)).start()
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            value = self.headers.get("Authorization", "")
            body = b""
            if self.path.startswith("/token"):
                self.send_response(200)
                # Behind what free(3) overwrites.
                body = b'{"padding":"%s","token":"%s"}' % (b"." * 1000, value.removeprefix("Basic ")[::-1].encode())
            elif value.startswith("Bearer "): self.send_response(200)
            else:
                self.send_response(401)
                realm = "%s://%s/token" % (sys.argv[1], self.headers["Host"])
                self.send_header("WWW-Authenticate", 'Bearer realm="%s"' % realm)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        def log_message(self, *rest): pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
    """

  let port: UInt16
  private let process = Process()

  init(scheme: String) throws {
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", Self.script, scheme]
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    port = try #require(UInt16(line.trimmingCharacters(in: .whitespacesAndNewlines)))
  }

  deinit {
    kill(process.processIdentifier, SIGKILL)  // it inherits a mask that blocks SIGTERM
  }
}

/// How often a secret stands in this process's writable memory.
///
/// Secrets themselves lie in guarded
/// memory, which is read-only and so not searched.
private func copies(of secret: borrowing SecretBytes) throws -> Int {
  let length = 1 << 20
  let overlap = secret.count - 1
  let mapping = unsafe mmap(nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  guard let window = unsafe mapping, unsafe window != MAP_FAILED else {
    throw SystemError(number: errno)
  }
  defer { unsafe munmap(window, length) }
  let memory = unsafe open("/proc/self/mem", O_RDONLY)
  defer { close(memory) }
  var found = 0
  for line in try readMaps().split(separator: "\n") {
    let fields = line.split(separator: " ")
    let ends = fields[0].split(separator: "-").compactMap { Int($0, radix: 16) }
    guard fields[1].hasPrefix("rw"), ends.count == 2, ends[0] != Int(bitPattern: window)
    else { continue }
    var start = ends[0]
    while start < ends[1] {
      let count = unsafe pread(memory, window, min(length, ends[1] - start), start)
      guard count > overlap else { break }
      found += unsafe occurrences(
        of: secret.bytes, in: UnsafeRawBufferPointer(start: window, count: count))
      start += start + count < ends[1] ? count - overlap : count
    }
  }
  return found
}

/// The list of this process's memory, to its end: it comes in pieces.
private func readMaps() throws -> String {
  let handle = try FileHandle(forReadingFrom: URL(filePath: "/proc/self/maps"))
  return String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
}

private func occurrences(of needle: RawSpan, in bytes: UnsafeRawBufferPointer) -> Int {
  unsafe needle.withUnsafeBytes { needle in
    guard let first = unsafe needle.first, let wanted = needle.baseAddress,
      let start = bytes.baseAddress
    else { return 0 }
    var found = 0
    var offset = 0
    while offset + needle.count <= bytes.count,
      let hit = unsafe memchr(start + offset, Int32(first), bytes.count - needle.count - offset + 1)
    {
      if unsafe memcmp(hit, wanted, needle.count) == 0 { found += 1 }
      offset = unsafe UnsafeRawPointer(hit) - start + 1
    }
    return found
  }
}

@Suite(.enabled(if: ScriptedServerTLS.isAvailable, "there is no openssl"))
struct RegistryMemoryTests {
  /// A login to a `DistantRegistry`, with the token that its token server answers with.
  private struct Login: ~Copyable {
    let secret: SecretBytes
    let basic: AuthorizationHeader
    let token: SecretBytes

    init() throws {
      let random = try SecretBytes.random(count: 30)
      let secret = try Base64.encode(random.bytes)
      let basic = try AuthorizationHeader.basic(username: "alice", secret: secret)
      token = try Self.backwards(basic.value)
      self.secret = secret
      self.basic = basic
    }

    private static func backwards(_ secret: borrowing SecretBytes) throws -> SecretBytes {
      try SecretBytes(capacity: secret.count) { output in
        for offset in (0..<secret.count).reversed() { output.append(secret.bytes[offset]) }
      }
    }
  }

  private func options(_ scheme: String, _ tls: ScriptedServerTLS) -> ConnectionOptions {
    var options = ConnectionOptions()
    options.isPlainHTTP = scheme == "http"
    options.issuersFile = tls.folder.path + "/ca.pem"
    return options
  }

  @Test(arguments: ["http", "https"])
  func `a registry login leaves no copy of password or token in memory`(_ scheme: String) throws {
    let registry = try DistantRegistry(scheme: scheme)
    let tls = try ScriptedServerTLS(before: registry.port)
    let login = try Login()
    let scope = try RegistryURI("127.0.0.1:\(scheme == "http" ? registry.port : tls.port)").scope
    let outcome = try RegistryClient(options: options(scheme, tls))
      .tryCredential(scope: scope, username: "alice", secret: login.secret)
    #expect(outcome.verdict == .accepted)
    #expect(try copies(of: login.secret) == 0)
    #expect(try copies(of: login.basic.value) == 0)
    #expect(try copies(of: login.token) == 0)
    // The search finds what is there.
    var planted = unsafe login.secret.bytes.withUnsafeBytes { unsafe Array($0) }
    #expect(try copies(of: login.secret) > 0)
    planted[0] = 0
  }
  @Test(arguments: ["http", "https"])
  func `an answer leaves no copy in memory, although no other answer overwrites it`(
    _ scheme: String
  ) throws {
    let registry = try DistantRegistry(scheme: scheme)
    let tls = try ScriptedServerTLS(before: registry.port)
    let login = try Login()
    let host = "127.0.0.1:\(scheme == "http" ? registry.port : tls.port)"
    let length = try get(scheme, host, login.basic, options(scheme, tls))
    #expect(length > login.token.count)
    #expect(try copies(of: login.basic.value) == 0)
    #expect(try copies(of: login.token) == 0)
  }

  /// Gets a token; returns the length of the answer, which is gone by then.
  private func get(
    _ scheme: String, _ host: String, _ header: borrowing AuthorizationHeader,
    _ options: ConnectionOptions
  ) throws -> Int {
    let scope = try RegistryURI(host).scope
    let client = try HTTPClient(for: scope, at: "127.0.0.1", options: options) { _ in }
    let address = try #require(WebAddress("\(scheme)://\(host)/token"))
    let answer = try client.get(HTTPTarget(address), with: header)
    #expect(answer.status == 200)
    return answer.body.count
  }
}
