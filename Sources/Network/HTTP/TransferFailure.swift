internal import SealedFormat
internal import Vault
internal import CCurl

/// Why libcurl brought no answer.
struct TransferFailure: Error {
  let code: CURLcode
  /// libcurl's own words.
  let words: String
  /// What the system said, where a system call failed.
  let system: SystemError?
  /// What the TLS library found wrong with the certificate; each library has numbers of its own.
  let verification: Int
  /// We ended the transfer ourselves, because the answer was too long.
  let isCutOff: Bool
  /// We connected to nobody, because the name leads into a private network.
  let isHeldBack: Bool

  /// Whether a server that speaks plain http, and no https, fails like this.
  var mayBePlainHTTP: Bool {
    code == CURLE_COULDNT_CONNECT || (code == CURLE_SSL_CONNECT_ERROR && !isClientCertificateBad)
  }

  /// Whether OpenSSL did not find a certificate's issuer among those that it was given.
  var isIssuerMissing: Bool {
    // X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, …_ISSUER_CERT_LOCALLY, …_TO_VERIFY_LEAF_SIGNATURE,
    // X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, …_SELF_SIGNED_CERT_IN_CHAIN
    code == CURLE_PEER_FAILED_VERIFICATION && [2, 20, 21, 18, 19].contains(verification)
  }

  /// Whether there was nothing of an answer in http.
  var isNoHTTP: Bool {
    [
      CURLE_COULDNT_CONNECT, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR,
      CURLE_UNSUPPORTED_PROTOCOL,
    ].contains(code) && !isCutOff
  }

  /// With GnuTLS curl gives this the code of a failed handshake.
  private var isClientCertificateBad: Bool {
    code == CURLE_SSL_CERTPROBLEM || words.contains("key or certificate file")
  }

  /// The failure in words for people, with the way out.
  func explained(at address: WebAddress, timeout: Int) -> VaultError {
    let host = address.origin
    let reason = (system?.reason ?? words).escapingControls
    func unreachable(_ message: String, _ remedy: Remedy? = nil) -> VaultError {
      VaultError(.unreachable, message, cause: self, remedy: remedy)
    }
    if isCutOff {
      return unreachable("\(host) gives an endless answer: it does not look like a registry")
    }
    if isHeldBack {
      return unreachable("\(host) is in a private network; nothing was sent there")
    }
    if isClientCertificateBad {
      return VaultError(
        .configuration,
        "the client certificate or its key cannot be used: \(words.escapingControls)", cause: self)
    }
    if words.contains("CONNECT tunnel") || words.contains("from proxy") {
      return unreachable(
        "cannot reach \(host): the proxy does not let us through (\(words.escapingControls)); see "
          + "HTTPS_PROXY and NO_PROXY")
    }
    switch code {
    case CURLE_OUT_OF_MEMORY:  // what curl says of a header line of more than 100 KB, too
      return unreachable(
        "\(host) gives a header line without end, or this machine is out of memory")
    case CURLE_COULDNT_RESOLVE_HOST:
      return unreachable("cannot reach \(host): there is no host of this name, or no name server")
    case CURLE_COULDNT_RESOLVE_PROXY:
      return unreachable("cannot reach \(host): there is no host of the proxy's name")
    case CURLE_OPERATION_TIMEDOUT:
      return unreachable(
        "cannot reach \(host): no answer within \(timeout) s", .waitLonger)
    case CURLE_COULDNT_CONNECT:
      return unreachable("cannot reach \(host): \(reason)")
    case CURLE_SSL_CONNECT_ERROR:
      return unreachable(
        "cannot speak https with \(host): \(words.escapingControls); "
          + "it may speak plain http", .usePlainHTTP)
    case CURLE_PEER_FAILED_VERIFICATION:
      let (problem, remedy) = certificateProblem
      return unreachable("\(host) \(problem)", remedy)
    case CURLE_SSL_CACERT_BADFILE:
      return VaultError(
        .configuration, "the file with issuers' certificates cannot be used: \(reason)", cause: self
      )
    default:
      return unreachable("no answer from \(host): \(reason)")
    }
  }

  /// curl gives every fault of a certificate the same code.
  ///
  /// Its words tell them apart, except that GnuTLS has one sentence for most and flags beside it.
  private var certificateProblem: (words: String, remedy: Remedy) {
    let found = words.lowercased()
    let flags = found.contains("certificate verification failed") ? verification : 0
    func says(_ parts: String...) -> Bool { parts.contains { found.contains($0) } }
    if says("host name", "hostname", "ip address mismatch") {
      return (
        "has a certificate for another name (\(words.escapingControls)); use the name that is in the "
          + "certificate", .skipCertificateCheck
      )
    }
    if says("expired", "expiration") || flags & 0x400 != 0 {
      return ("has a certificate that has expired; tell its operator", .skipCertificateCheck)
    }
    if says("not yet valid", "not activated") || flags & 0x200 != 0 {
      return (
        "has a certificate that is not valid yet; check this machine's clock", .skipCertificateCheck
      )
    }
    if says("issuer", "self-signed", "self signed") || flags & 0x40 != 0 {
      return ("has a certificate from an unknown issuer", .trustIssuer)
    }
    return ("has a certificate that is not accepted (\(words.escapingControls))", .trustIssuer)
  }
}
