internal import SealedFormat
internal import CCurl

/// An HTTP client over libcurl that never sends a credential to another origin.
///
/// libcurl follows no redirects and takes nothing from the environment, a netrc file or cookies. Only
/// HTTP/1.1 is used, because the header compression of HTTP/2 would keep a password in its table.
struct HTTPClient: ~Copyable {
  private static let mostRedirects = 5
  private static let mostTries = 4
  private static let firstPause = Duration.milliseconds(250)
  private static let longestTimeout = 24 * 60 * 60  // seconds; longer ones could overflow

  private let curl: CurlHandle
  private let options: ConnectionOptions
  private let proxies: ProxyRules
  private let certificates: RegistryCertificates
  /// The only host that is shown the client certificate.
  private let registryHost: String
  /// As `SteadyClock` counts.
  private let deadline: Duration

  /// Reads certificates and loads libcurl.
  ///
  /// Nothing is sent yet, but the timeout starts.
  ///
  /// - Parameter warn: Gets a message about each file in certs.d that cannot be read.
  init(
    for scope: RegistryScope, at registryHost: String, options: ConnectionOptions,
    warn: (String) -> Void
  ) throws(VaultError) {
    let certificates = try RegistryCertificates(of: scope, options: options, warn: warn)
    let curl = try CurlHandle()
    self.certificates = certificates
    self.curl = curl
    self.options = options
    proxies = ProxyRules(options.proxy)
    self.registryHost = registryHost
    deadline = SteadyClock.now + .seconds(min(max(options.timeout, 1), Self.longestTimeout))
  }

  /// Whether there is a certificate to show to the registry.
  var hasClientCertificate: Bool { certificates.clientCertificate != nil }

  /// Whether certificates were named for this registry, so that it is known to speak TLS.
  var isTLSConfigured: Bool { certificates.areNamed }

  /// Gets a page without a credential.
  ///
  /// A redirect may lead to the same server, or to any https server outside private networks.
  borrowing func get(_ target: HTTPTarget) throws(VaultError) -> HTTPResponse {
    let none = try SecretBytes(capacity: 0) { _ in }
    let start = target.address
    return try follow(from: target, header: none) {
      $0.origin == start.origin || ($0.isSecure && (!$0.isInternal || start.isInternal))
    }
  }

  /// Gets a page with a credential.
  ///
  /// A redirect may only lead to the same server.
  borrowing func get(
    _ target: HTTPTarget, with header: borrowing AuthorizationHeader
  ) throws(VaultError) -> HTTPResponse {
    try follow(from: target, header: header.line) { $0.origin == target.address.origin }
  }

  /// Posts a form, which is a secret.
  ///
  /// Redirects are not followed.
  borrowing func post(
    _ target: HTTPTarget, form: borrowing SecretBytes
  ) throws(VaultError) -> HTTPResponse {
    let none = try SecretBytes(capacity: 0) { _ in }
    return try sendRepeatedly(target, header: none, form: form)
  }

  private borrowing func follow(
    from start: HTTPTarget, header: borrowing SecretBytes, to isAllowed: (WebAddress) -> Bool
  ) throws(VaultError) -> HTTPResponse {
    var target = start
    let form = try SecretBytes(capacity: 0) { _ in }
    let origin = start.address.origin
    var isStartInternal: Bool?
    for _ in 0...Self.mostRedirects {
      var response = try sendRepeatedly(target, header: header, form: form)
      let isInternal = isStartInternal ?? response.isInternal
      isStartInternal = isInternal
      guard response.isRedirect, let location = response.location else {
        response.asked = start.address
        response.isInternal = isInternal
        return response
      }
      guard let next = WebAddress(location) else {
        throw VaultError(.unreachable, "\(origin) redirects to what is not a web address")
      }
      guard isAllowed(next) else {
        throw VaultError(
          .unreachable,
          "\(origin) redirects to \(next.origin), which is not followed; "
            + "if that is the registry, log in there")
      }
      target = HTTPTarget(next, isInternal ? start.reach : start.reach.outside)
    }
    throw VaultError(.unreachable, "\(origin) redirects more than \(Self.mostRedirects) times")
  }

  /// Sends a request, and again after a pause if the server is busy and there is time.
  private borrowing func sendRepeatedly(
    _ target: HTTPTarget, header: borrowing SecretBytes, form: borrowing SecretBytes
  ) throws(VaultError) -> HTTPResponse {
    var pause = Self.firstPause
    for _ in 1..<Self.mostTries {
      let response = try send(target, header: header, form: form)
      guard response.isBusy else { return response }
      // Without jitter, jobs that were turned away together would come back together.
      let wait = response.wantedPause ?? pause * Double.random(in: 0.75...1.25)
      guard wait < deadline - SteadyClock.now else { return response }
      SteadyClock.sleep(wait)
      pause *= 2
    }
    return try send(target, header: header, form: form)
  }

  private borrowing func send(
    _ target: HTTPTarget, header: borrowing SecretBytes, form: borrowing SecretBytes
  ) throws(VaultError) -> HTTPResponse {
    let address = target.address
    let proxy = try proxies.proxy(for: address)
    // The proxy resolves the name, so the only address that could be checked is the proxy's own.
    let reach = proxy == nil ? target.reach : .anywhere
    try curl.configure(
      baseOptions(address, reach) + proxyOptions(proxy) + tlsOptions + certificateOptions(address))
    let transfer = try curl.perform(
      header: header, form: form, reach: reach, trusting: certificates)
    if let failure = transfer.failure {
      throw failure.explained(at: address, timeout: options.timeout)
    }
    return HTTPResponse(
      asked: address, address: address,
      isInternal: address.isInternal || (proxy == nil && transfer.peer?.isPublic == false),
      status: transfer.status, fields: HTTPResponse.Field.parse(head: transfer.head),
      location: transfer.location, body: transfer.body)
  }
}

// MARK: Options of libcurl

extension HTTPClient {
  private borrowing func baseOptions(_ address: WebAddress, _ reach: Reach) -> [CurlHandle.Option] {
    let milliseconds = (deadline - SteadyClock.now) / .milliseconds(1)
    return [
      .text(CURLOPT_URL, address.text),
      .text(CURLOPT_USERAGENT, "vault"),
      .number(CURLOPT_NOSIGNAL, 1),
      .number(CURLOPT_TIMEOUT_MS, max(1, Int(milliseconds))),
      .number(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)),
      .number(CURLOPT_FOLLOWLOCATION, 0),
      // A kept connection was made under another rule, or to another address.
      .number(CURLOPT_FRESH_CONNECT, reach == .anywhere ? 0 : 1),
    ]
  }

  private borrowing func proxyOptions(_ proxy: ProxyAddress?) -> [CurlHandle.Option] {
    [
      // Empty strings, because libcurl reads the environment if these are not set.
      .text(CURLOPT_PROXY, proxy?.text ?? ""),
      .text(CURLOPT_NOPROXY, ""),
      .number(CURLOPT_HEADEROPT, Int(CURLHEADER_SEPARATE)),  // a proxy does not see our header
      .number(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1),
    ]
      + (proxy?.isSecure == true
        ? [
          .text(CURLOPT_PROXY_CAINFO, certificates.hasIssuerStore ? nil : certificates.file),
          .text(CURLOPT_PROXY_CAPATH, certificates.hasIssuerStore ? nil : certificates.folder),
        ] : [])
  }

  private var tlsOptions: [CurlHandle.Option] {
    [
      .number(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
      .number(CURLOPT_SSL_VERIFYPEER, options.checksCertificate ? 1 : 0),
      .number(CURLOPT_SSL_VERIFYHOST, options.checksCertificate ? 2 : 0),
      // nil as well, because libcurl's own default may name a file that does not exist here.
      .text(CURLOPT_CAINFO, certificates.hasIssuerStore ? nil : certificates.file),
      .text(CURLOPT_CAPATH, certificates.hasIssuerStore ? nil : certificates.folder),
    ]
  }

  private borrowing func certificateOptions(_ address: WebAddress) -> [CurlHandle.Option] {
    guard let certificate = certificates.clientCertificate, address.host == registryHost else {
      return []
    }
    return [
      .text(CURLOPT_SSLCERT, certificate.file), .text(CURLOPT_SSLKEY, certificate.keyFile),
    ]
      // Without a passphrase OpenSSL would ask on the terminal; GnuTLS never does, and wants none.
      + (curl.hasGnuTLS ? [] : [.text(CURLOPT_KEYPASSWD, "")])
  }
}
