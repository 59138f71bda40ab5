internal import SealedFormat
internal import CCurl

/// Why libcurl got no answer.
struct TransferFailure: Error {
  let code: CURLcode
  /// libcurl's description.
  let words: String
  /// The system's error, if a system call failed.
  let system: SystemError?
  /// What the TLS library found wrong with the certificate; each library has its own numbers.
  let verification: Int
  /// We ended the transfer, because the answer was too long.
  let isCutOff: Bool
  /// The rule that forbade an address to which the name leads.
  let heldBackBy: Reach?
  /// The server asked for a client certificate, and there was none.
  let isCertificateWanted: Bool

  /// Whether a server that speaks plain http, and no https, fails like this.
  var mayBePlainHTTP: Bool {
    code == CURLE_COULDNT_CONNECT
      || (code == CURLE_SSL_CONNECT_ERROR && !isClientCertificateBad && !isCertificateWanted)
  }

  /// Whether the answer was not HTTP, or there was none.
  var isNoHTTP: Bool {
    [
      CURLE_COULDNT_CONNECT, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR,
      CURLE_UNSUPPORTED_PROTOCOL,
    ].contains(code) && !isCutOff
  }

  /// Whether the connection ended as it does if a client certificate is missing.
  var isEndOfConnection: Bool {
    [CURLE_SSL_CONNECT_ERROR, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR].contains(code)
  }

  /// With GnuTLS libcurl gives this the code of a failed handshake.
  var isClientCertificateBad: Bool {
    code == CURLE_SSL_CERTPROBLEM || words.contains("key or certificate file")
  }
}
