package import Foundation
internal import Glibc

/// TLS in front of a `ScriptedServer`, with certificates of its own making.
///
/// It carries requests without a body. It needs `openssl` and `python3`, which only tests do.
package final class ScriptedServerTLS: @unchecked Sendable {
  /// Whether both programs are there.
  package static let isAvailable =
    (try? run("openssl", "version")) != nil && (try? run("python3", "-c", "import ssl")) != nil

  private static let terminator = """
    import os, socket, ssl, sys, threading, time
    folder, port, asks = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "asks"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder + "/server.pem", folder + "/server.key")
    if asks:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(folder + "/ca.pem")
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    def end_with(parent):
        while os.getppid() == parent: time.sleep(1)
        os._exit(0)
    threading.Thread(target=end_with, args=(os.getppid(),)).start()
    # One request after another, in one thread: a TLS connection does not take two.
    while True:
        raw, _ = listener.accept()
        try:
            raw.settimeout(20)
            with context.wrap_socket(raw, server_side=True) as client:
                request = b""
                while b"\\r\\n\\r\\n" not in request:
                    part = client.recv(65536)
                    if not part: break
                    request += part
                with socket.create_connection(("127.0.0.1", port), 20) as server:
                    server.sendall(request)
                    while data := server.recv(65536): client.sendall(data)
                client.unwrap()
        except OSError: raw.close()
    """

  /// The folder with `ca.pem`, `server.pem`, `server.key`, `client.pem` and `client.key`.
  package let folder: URL
  /// The port that speaks https.
  package let port: UInt16
  private let process = Process()

  /// Starts it.
  ///
  /// - Parameters:
  ///   - server: The port on this machine where decrypted requests go.
  ///   - name: What the server's certificate is for, as openssl writes it.
  ///   - days: How long the certificate holds; less than 0 for one that has expired.
  ///   - asksForClientCertificate: Whether clients without a certificate are turned away.
  /// - Throws: Where a program fails.
  package init(
    before server: UInt16, name: String = "IP:127.0.0.1", days: Int = 2,
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
      "python3", "-c", Self.terminator, path, "\(server)",
      asksForClientCertificate ? "asks" : "open",
    ]
    process.standardInput = FileHandle.nullDevice
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
    kill(process.processIdentifier, SIGKILL)  // it inherits a mask that blocks SIGTERM
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
