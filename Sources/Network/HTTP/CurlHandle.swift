internal import SealedFormat
internal import CCurl

/// An easy handle of libcurl.
///
/// It sends one request after another and keeps connections open between them.
@safe
struct CurlHandle: ~Copyable {
  /// The longest body that is accepted, in bytes.
  static let longestBody = 64 * 1024
  /// The longest head that is accepted, in bytes; interim heads count too.
  static let longestHead = 32 * 1024

  /// A value of curl_easy_setopt(3).
  enum Option {
    case number(CURLoption, Int)
    case text(CURLoption, String?)
  }

  /// An answer.
  struct Transfer: ~Copyable {
    let status: Int
    let head: ArraySlice<UInt8>
    let body: SecretBytes
    /// Where a redirect leads to, as libcurl resolved it.
    let location: String?
    /// The address of the server, or of the proxy.
    let peer: IPAddress?
    let isCertificateWanted: Bool
    /// Why there is no answer; nil if there is one.
    let failure: TransferFailure?
  }

  private let handle: UnsafeMutableRawPointer

  /// Loads libcurl.
  ///
  /// - Throws: `unreachable` if it cannot be loaded.
  init() throws(VaultError) {
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
  }

  deinit { unsafe vault_curl_close(handle) }

  /// Whether libcurl uses GnuTLS and not OpenSSL.
  var hasGnuTLS: Bool { vault_curl_has_gnutls() }

  /// Replaces all options, so that no request inherits from the one before.
  borrowing func configure(_ options: [Option]) throws(VaultError) {
    unsafe vault_curl_reset(handle)
    var isAccepted = unsafe vault_curl_only_http(handle) == CURLE_OK
    for option in options {
      let code =
        switch option {
        case .number(let name, let value): unsafe vault_curl_set_long(handle, name, value)
        case .text(let name, let value): unsafe vault_curl_set_string(handle, name, value)
        }
      isAccepted = isAccepted && code == CURLE_OK
    }
    guard isAccepted else {
      throw VaultError(.internalFault, "this libcurl lacks a feature that is needed")
    }
  }

  /// Sends one request and waits for the answer.
  ///
  /// - Parameters:
  ///   - header: A header line with a zero byte at its end; empty for none.
  ///   - form: A form to post; empty for a GET.
  borrowing func perform(
    header: borrowing SecretBytes, form: borrowing SecretBytes, reach: Reach,
    trusting certificates: borrowing RegistryCertificates
  ) throws(VaultError) -> Transfer {
    var head = [UInt8](repeating: 0, count: Self.longestHead)
    var headRange = 0..<0
    var exchange = unsafe vault_curl_exchange()
    unsafe exchange.may_connect = reach.check
    unsafe exchange.issuers = certificates.issuerHandle
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
    return Transfer(
      status: number(CURLINFO_RESPONSE_CODE), head: head[headRange], body: body,
      location: text(CURLINFO_REDIRECT_URL),
      peer: text(CURLINFO_PRIMARY_IP).flatMap(IPAddress.init),
      isCertificateWanted: unsafe exchange.is_certificate_wanted,
      failure: code == CURLE_OK ? nil : unsafe failure(code, exchange, reach))
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

  private borrowing func failure(
    _ code: CURLcode, _ exchange: vault_curl_exchange, _ reach: Reach
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
      heldBackBy: exchange.was_held_back ? reach : nil,
      isCertificateWanted: exchange.is_certificate_wanted)
  }
}

private func inbox(_ room: UnsafeMutableRawBufferPointer) -> vault_curl_inbox {
  unsafe vault_curl_inbox(
    bytes: room.baseAddress, capacity: room.count, count: 0, is_full: false)
}
