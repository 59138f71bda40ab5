/// Debian's nginx, which speaks TLS in front of a server that does not.
package final class TLSFront {
  private let folder: TemporaryFolder
  private let server: LoopbackServer
  private let certificates: Certificates

  /// Its address and port.
  package var host: String { "127.0.0.1:\(server.port)" }

  /// Starts it.
  ///
  /// - Parameters:
  ///   - upstream: The address and port behind it.
  ///   - certificates: What it shows.
  ///   - asksForClientCertificate: Whether clients without one of the same CA are turned away.
  /// - Throws: Where it does not start.
  package init(
    before upstream: String, _ certificates: Certificates, asksForClientCertificate: Bool = false
  ) throws {
    let folder = try TemporaryFolder()
    let asking =
      asksForClientCertificate
      ? "ssl_verify_client on; ssl_client_certificate \(certificates.issuer);" : ""
    server = try LoopbackServer("nginx") { port in
      try writeFile(
        folder.path("nginx.conf"),
        """
        daemon off;
        master_process off;
        pid \(folder.path("pid"));
        error_log stderr;
        events {}
        http {
          access_log off;
          client_body_temp_path \(folder.path("body"));
          proxy_temp_path \(folder.path("proxy"));
          fastcgi_temp_path \(folder.path("fastcgi"));
          uwsgi_temp_path \(folder.path("uwsgi"));
          scgi_temp_path \(folder.path("scgi"));
          server {
            listen 127.0.0.1:\(port) ssl;
            ssl_certificate \(certificates.server);
            ssl_certificate_key \(certificates.serverKey);
            \(asking)
            location / {
              proxy_pass http://\(upstream);
              proxy_set_header Host $http_host;
              proxy_set_header X-Forwarded-Proto https;
            }
          }
        }
        """)
      return ["nginx", "-c", folder.path("nginx.conf"), "-p", folder.path]
    }
    self.folder = folder
    self.certificates = certificates
  }
}
