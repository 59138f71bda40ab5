internal import SealedFormat
internal import Vault
internal import CCurl

/// Asks web servers, through libcurl, and gives no credential to another than the one it is for.
///
/// curl follows no redirects and takes nothing from the environment, a netrc file or cookies. Only
/// HTTP/1.1 is spoken: the header compression of HTTP/2 would keep a password in its table.
@safe
struct HTTPClient: ~Copyable {
  /// The longest body that is accepted, in bytes.
  static let longestBody = 64 * 1024
  /// The longest head that is accepted, in bytes; interim heads count too.
  static let longestHead = 32 * 1024
  private static let mostRedirects = 5
  private static let mostTries = 4
  private static let firstPause = Duration.milliseconds(250)
  private static let longestTimeout = 24 * 60 * 60  // more would overflow somewhere on the way

  private let handle: UnsafeMutableRawPointer
  private let options: ConnectionOptions
  private let certificates: RegistryCertificates
  /// The host that the client certificate is for.
  private let registryHost: String
  /// As `SteadyClock` counts.
  private let deadline: Duration

  /// Reads certificates and loads libcurl; nothing is sent yet, but from now on the time runs.
  init(
    for scope: RegistryScope, at registryHost: String, options: ConnectionOptions
  ) throws(VaultError) {
    let certificates = try RegistryCertificates(of: scope, options: options)
    if let reason = unsafe vault_curl_start() {
      throw VaultError(
        .unreachable,
        "the registry cannot be asked, because libcurl cannot be loaded: "
          + "\(unsafe String(cString: reason)); install libcurl4", remedy: .storeUnverified)
    }
    guard let handle = unsafe vault_curl_open() else {
      throw VaultError(.internalFault, "out of memory for a connection")
    }
    unsafe self.handle = handle
    self.options = options
    self.certificates = certificates
    self.registryHost = registryHost
    deadline = SteadyClock.now + .seconds(min(max(options.timeout, 1), Self.longestTimeout))
  }

  /// Whether there is a certificate to show to the registry.
  var hasClientCertificate: Bool { certificates.clientCertificate != nil }

  deinit { unsafe vault_curl_close(handle) }

  /// Gets a page without any credential.
  ///
  /// A redirect may lead to the same server, or to any https that is not in a private network.
  borrowing func get(_ address: WebAddress) throws(VaultError) -> HTTPResponse {
    let none = try SecretBytes(capacity: 0) { _ in }
    return try follow(from: address, header: none, mustBePublic: false) {
      $0.origin == address.origin || ($0.isSecure && (!$0.isInternal || address.isInternal))
    }
  }

  /// Gets a page with a credential.
  ///
  /// A redirect may only lead to the same server.
  ///
  /// - Parameters:
  ///   - address: What to get.
  ///   - header: The credential.
  ///   - mustBePublic: Whether nothing is sent if the name leads into a private network.
  /// - Returns: The answer.
  /// - Throws: `unreachable` where there is none.
  borrowing func get(
    _ address: WebAddress, with header: borrowing AuthorizationHeader, mustBePublic: Bool = false
  ) throws(VaultError) -> HTTPResponse {
    try follow(from: address, header: header.line, mustBePublic: mustBePublic) {
      $0.origin == address.origin
    }
  }

  /// Posts a form, which is a secret.
  ///
  /// Redirects are not followed.
  borrowing func post(
    _ address: WebAddress, form: borrowing SecretBytes, mustBePublic: Bool
  ) throws(VaultError) -> HTTPResponse {
    let none = try SecretBytes(capacity: 0) { _ in }
    return try sendPatiently(address, header: none, form: form, mustBePublic: mustBePublic)
  }

  /// Sends, and sends again after a pause while a server says that it is busy and there is time.
  private borrowing func sendPatiently(
    _ address: WebAddress, header: borrowing SecretBytes, form: borrowing SecretBytes,
    mustBePublic: Bool
  ) throws(VaultError) -> HTTPResponse {
    var pause = Self.firstPause
    for _ in 1..<Self.mostTries {
      let response = try send(address, header: header, form: form, mustBePublic: mustBePublic)
      guard response.isBusy else { return response }
      // Without jitter a thousand jobs that were turned away together would come back together.
      let wait = response.wantedPause ?? pause * Double.random(in: 0.75...1.25)
      guard wait < deadline - SteadyClock.now else { return response }
      SteadyClock.sleep(wait)
      pause *= 2
    }
    return try send(address, header: header, form: form, mustBePublic: mustBePublic)
  }

  private borrowing func follow(
    from start: WebAddress, header: borrowing SecretBytes, mustBePublic: Bool,
    to isAllowed: (WebAddress) -> Bool
  ) throws(VaultError) -> HTTPResponse {
    var address = start
    let form = try SecretBytes(capacity: 0) { _ in }
    for _ in 0...Self.mostRedirects {
      var response = try sendPatiently(
        address, header: header, form: form, mustBePublic: mustBePublic)
      guard [301, 302, 303, 307, 308].contains(response.status), let location = response.location
      else {
        response.asked = start
        return response
      }
      guard let next = WebAddress(location) else {
        throw VaultError(.unreachable, "\(start.origin) redirects to what is no web address")
      }
      guard isAllowed(next) else {
        throw VaultError(
          .unreachable,
          "\(start.origin) redirects to \(next.origin), which is not followed; "
            + "if that is the registry, log in there")
      }
      address = next
    }
    throw VaultError(
      .unreachable, "\(start.origin) redirects more than \(Self.mostRedirects) times")
  }

  private borrowing func send(
    _ address: WebAddress, header: borrowing SecretBytes, form: borrowing SecretBytes,
    mustBePublic: Bool
  ) throws(VaultError) -> HTTPResponse {
    let triesFolder = address.isSecure && certificates.hasFolder && !vault_curl_has_gnutls()
    if triesFolder {
      do throws(VaultError) {
        return try send(
          address, header: header, form: form, mustBePublic: mustBePublic, trusting: .folder)
      } catch {
        // Nothing was sent yet to a server that is not trusted.
        guard (error.cause as? TransferFailure)?.isIssuerMissing == true else { throw error }
      }
    }
    return try send(
      address, header: header, form: form, mustBePublic: mustBePublic, trusting: .list)
  }

  private borrowing func send(
    _ address: WebAddress, header: borrowing SecretBytes, form: borrowing SecretBytes,
    mustBePublic: Bool, trusting extent: RegistryCertificates.Extent
  ) throws(VaultError) -> HTTPResponse {
    try prepare(address, trusting: extent)
    var head = [UInt8](repeating: 0, count: Self.longestHead)
    var headRange = 0..<0
    var exchange = unsafe vault_curl_exchange()
    var code = CURLE_OK
    let headerBytes = header.bytes
    let formBytes = form.bytes
    let handle = unsafe self.handle
    let body = try SecretBytes(capacity: Self.longestBody) { output in
      unsafe output.withUnsafeMutableBytes { body, received in
        unsafe head.withUnsafeMutableBytes { head in
          unsafe headerBytes.withUnsafeBytes { header in
            unsafe formBytes.withUnsafeBytes { form in
              unsafe exchange.header = header.isEmpty ? nil : header.baseAddress
              unsafe exchange.form = form.isEmpty ? nil : form.baseAddress
              unsafe exchange.form_length = form.count
              unsafe exchange.head = inbox(head)
              unsafe exchange.body = inbox(body)
              if mustBePublic { unsafe exchange.may_connect = isPublic }
              code = unsafe vault_curl_perform(handle, &exchange)
            }
          }
          // An interim head has moved the start of the last one.
          let start = unsafe head.count - exchange.head.capacity
          headRange = unsafe start..<start + exchange.head.count
        }
        received = unsafe exchange.body.count
      }
    }
    guard code == CURLE_OK else {
      throw unsafe failure(code, exchange).explained(at: address, timeout: options.timeout)
    }
    return HTTPResponse(
      asked: address, address: address, isInternal: address.isInternal || isPeerInternal(address),
      status: number(CURLINFO_RESPONSE_CODE),
      fields: HTTPResponse.Field.parse(head: head[headRange]),
      location: text(CURLINFO_REDIRECT_URL), body: body)
  }

  /// Sets what every request needs, from nothing, so that no request inherits from the one before.
  private borrowing func prepare(
    _ address: WebAddress, trusting extent: RegistryCertificates.Extent
  ) throws(VaultError) {
    unsafe vault_curl_reset(handle)
    let left = deadline - SteadyClock.now
    let milliseconds = left / .milliseconds(1)
    let isDirect = address.isLoopback
    let proxy = address.isSecure ? options.proxy.https : options.proxy.http
    var isAccepted = unsafe vault_curl_only_http(handle) == CURLE_OK
    func set(_ option: CURLoption, _ value: Int) {
      isAccepted = unsafe vault_curl_set_long(handle, option, value) == CURLE_OK && isAccepted
    }
    func set(_ option: CURLoption, _ value: String?) {
      isAccepted = unsafe vault_curl_set_string(handle, option, value) == CURLE_OK && isAccepted
    }
    set(CURLOPT_URL, address.text)
    set(CURLOPT_USERAGENT, "vault")
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_TIMEOUT_MS, max(1, Int(milliseconds)))
    set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    set(CURLOPT_FOLLOWLOCATION, 0)
    // Empty texts, because without any curl asks the environment.
    set(CURLOPT_PROXY, isDirect ? "" : proxy ?? "")
    set(CURLOPT_NOPROXY, options.proxy.exceptions)
    set(CURLOPT_HEADEROPT, Int(CURLHEADER_SEPARATE))  // a proxy does not see our header
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    set(CURLOPT_SSL_VERIFYPEER, options.checksCertificate ? 1 : 0)
    set(CURLOPT_SSL_VERIFYHOST, options.checksCertificate ? 2 : 0)
    if options.checksCertificate {
      let trusted = certificates.trusted(extent)
      if let file = trusted.file { set(CURLOPT_CAINFO, file) }
      if let folder = trusted.folder { set(CURLOPT_CAPATH, folder) }
    }
    if let certificate = certificates.clientCertificate, address.host == registryHost {
      set(CURLOPT_SSLCERT, certificate.file)
      set(CURLOPT_SSLKEY, certificate.keyFile)
      // Without one OpenSSL would ask on the terminal; GnuTLS never does, and wants none.
      if !vault_curl_has_gnutls() { set(CURLOPT_KEYPASSWD, "") }
    }
    guard isAccepted else {
      throw VaultError(.internalFault, "this libcurl lacks a feature that is needed")
    }
  }

  private borrowing func number(_ info: CURLINFO) -> Int {
    var value = 0
    _ = unsafe vault_curl_get_long(handle, info, &value)
    return value
  }

  private borrowing func text(_ info: CURLINFO) -> String? {
    var text: UnsafeMutablePointer<CChar>? = nil
    _ = unsafe vault_curl_get_string(handle, info, &text)
    return unsafe text.map { unsafe String(cString: $0) }
  }

  /// Whether the server that answered is in a private network; through a proxy nobody knows.
  private borrowing func isPeerInternal(_ address: WebAddress) -> Bool {
    let isProxied =
      number(CURLINFO_HTTP_CONNECTCODE) != 0 || (!address.isSecure && options.proxy.http != nil)
    return !isProxied && text(CURLINFO_PRIMARY_IP).map { WebAddress(peer: $0).isInternal } == true
  }

  private borrowing func failure(
    _ code: CURLcode, _ exchange: vault_curl_exchange
  ) -> TransferFailure {
    let errno = Int32(truncatingIfNeeded: number(CURLINFO_OS_ERRNO))
    let words = unsafe withUnsafeBytes(of: exchange.words) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    return unsafe TransferFailure(
      code: code, words: words.isEmpty ? String(cString: vault_curl_words(code)) : words,
      system: errno == 0 ? nil : SystemError(number: errno),
      verification: number(CURLINFO_SSL_VERIFYRESULT),
      isCutOff: exchange.body.is_full || exchange.head.is_full,
      isHeldBack: exchange.was_held_back)
  }
}

/// Whether an address that a name leads to is outside of private networks.
private func isPublic(_ address: UnsafePointer<CChar>?) -> Bool {
  guard let address = unsafe address else { return false }
  return !WebAddress(peer: unsafe String(cString: address)).isInternal
}

private func inbox(_ room: UnsafeMutableRawBufferPointer) -> vault_curl_inbox {
  unsafe vault_curl_inbox(
    bytes: room.baseAddress, capacity: room.count, count: 0, is_full: false)
}
