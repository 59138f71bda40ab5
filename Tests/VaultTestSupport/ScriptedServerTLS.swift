public import Foundation

/// TLS in front of a `ScriptedServer`, with certificates of its own making.
///
/// It needs `openssl` and `python3`, which only tests do.
public final class ScriptedServerTLS: @unchecked Sendable {
  /// Whether both programs are there.
  public static let isAvailable =
    (try? run("openssl", "version")) != nil && (try? run("python3", "-c", "import ssl")) != nil

  private static let terminator = """
    import socket, ssl, sys, threading
    folder, port, asks = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "asks"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder + "/server.pem", folder + "/server.key")
    if asks:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(folder + "/ca.pem")
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), __import__("os")._exit(0))).start()
    def carry(source, sink):
        try:
            while data := source.recv(65536): sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError: pass
    while True:
        raw, _ = listener.accept()
        try:
            client = context.wrap_socket(raw, server_side=True)
            server = socket.create_connection(("127.0.0.1", port))
            threading.Thread(target=carry, args=(client, server), daemon=True).start()
            carry(server, client)
            client.close()
        except OSError: raw.close()
    """

  /// The folder with `ca.pem`, `server.pem`, `server.key`, `client.pem` and `client.key`.
  public let folder: URL
  /// The port that speaks https.
  public let port: UInt16
  private let process = Process()
  private let leash = Pipe()

  /// Starts it.
  ///
  /// - Parameters:
  ///   - server: Where decrypted requests go.
  ///   - name: What the server's certificate is for, as openssl writes it.
  ///   - days: How long the certificate holds; less than 0 for one that has expired.
  ///   - asksForClientCertificate: Whether clients without a certificate are turned away.
  /// - Throws: Where a program fails.
  public init(
    before server: ScriptedServer, name: String = "IP:127.0.0.1", days: Int = 2,
    asksForClientCertificate: Bool = false
  ) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = folder.path
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    try Self.run(
      ["openssl", "req", "-x509"] + key
        + ["-subj", "/CN=test CA", "-days", "2", "-keyout", path + "/ca.key"]
        + ["-out", path + "/ca.pem"])
    for (file, name, days) in [("server", name, days), ("client", "DNS:client", 2)] {
      try Self.run(
        ["openssl", "req"] + key
          + ["-subj", "/CN=test", "-addext", "subjectAltName=\(name)"]
          + ["-keyout", "\(path)/\(file).key", "-out", "\(path)/\(file).csr"])
      try Self.run(
        ["openssl", "x509", "-req", "-in", "\(path)/\(file).csr", "-CA", path + "/ca.pem"]
          + ["-CAkey", path + "/ca.key", "-CAcreateserial", "-copy_extensions", "copy"]
          + ["-days", "\(days)", "-out", "\(path)/\(file).pem"])
    }
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "python3", "-c", Self.terminator, path, "\(server.port)",
      asksForClientCertificate ? "asks" : "open",
    ]
    process.standardInput = leash  // it ends when this end is closed, however that comes about
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    guard let port = UInt16(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      throw CocoaError(.executableLoad)
    }
    self.port = port
  }

  deinit {
    process.terminate()
    try? FileManager.default.removeItem(at: folder)
  }

  private static func run(_ arguments: String...) throws { try run(arguments) }

  private static func run(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
  }
}
