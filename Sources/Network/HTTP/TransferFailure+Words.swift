internal import CCurl
internal import SealedFormat

extension TransferFailure {
  /// What is wrong, and what the user can do about it.
  private typealias Problem = (words: String, remedy: Remedy?)

  /// The failure in words.
  func explained(at address: WebAddress, timeout: Int) -> VaultError {
    if let file = fileProblem { return VaultError(.configuration, file, cause: self) }
    let host = address.origin
    let problem =
      ruleProblem(host) ?? proxyProblem(host) ?? connectionProblem(host, timeout)
      ?? ("no answer from \(host): \(reason)", nil)
    return VaultError(.unreachable, problem.words, cause: self, remedy: problem.remedy)
  }

  private var shownWords: String { words.escapingControls }

  private var reason: String { (system?.reason ?? words).escapingControls }

  private var fileProblem: String? {
    if isClientCertificateBad {
      return "the client certificate or its key cannot be used: \(shownWords)"
    }
    guard code == CURLE_SSL_CACERT_BADFILE else { return nil }
    return "the file with issuers' certificates cannot be used: \(reason)"
  }

  /// What we refused, or what the server did.
  private func ruleProblem(_ host: String) -> Problem? {
    if isCutOff {
      return ("\(host) gives an endless answer: it does not look like a registry", nil)
    }
    switch heldBackBy {
    case .publicNetwork: return ("\(host) is in a private network; nothing was sent there", nil)
    case .thisMachine: return ("\(host) is not on this machine; nothing was sent there", nil)
    case .anywhere, nil: break
    }
    guard isCertificateWanted, isEndOfConnection else { return nil }
    return ("\(host) wants to be shown a client certificate", .presentClientCertificate)
  }

  private func proxyProblem(_ host: String) -> Problem? {
    if code == CURLE_COULDNT_RESOLVE_PROXY {
      return ("cannot reach \(host): there is no host of the proxy's name", nil)
    }
    guard words.contains("CONNECT tunnel") || words.contains("from proxy") else { return nil }
    return (
      "cannot reach \(host): the proxy does not let us through (\(shownWords)); see HTTPS_PROXY and "
        + "NO_PROXY", nil
    )
  }

  private func connectionProblem(_ host: String, _ timeout: Int) -> Problem? {
    switch code {
    case CURLE_OUT_OF_MEMORY:  // what libcurl says of a header line of more than 100 KB, too
      ("\(host) gives a header line without end, or this machine is out of memory", nil)
    case CURLE_COULDNT_RESOLVE_HOST:
      ("cannot reach \(host): there is no host of this name, or no name server", nil)
    case CURLE_OPERATION_TIMEDOUT:
      ("cannot reach \(host): no answer within \(timeout) s", .waitLonger)
    case CURLE_COULDNT_CONNECT: ("cannot reach \(host): \(reason)", nil)
    case CURLE_SSL_CONNECT_ERROR:
      (
        "cannot speak https with \(host): \(shownWords); it may speak plain http", .usePlainHTTP
      )
    case CURLE_PEER_FAILED_VERIFICATION: certificateProblem(host)
    default: nil
    }
  }

  /// libcurl has one code for all faults of a certificate.
  ///
  /// Its words tell them apart, except that GnuTLS has one sentence for most, and flags.
  private func certificateProblem(_ host: String) -> Problem {
    let found = words.lowercased()
    let flags = found.contains("certificate verification failed") ? verification : 0
    func says(_ parts: String...) -> Bool { parts.contains { found.contains($0) } }
    if says("host name", "hostname", "ip address mismatch") {
      return (
        "\(host) has a certificate for another name (\(shownWords)); use the name that is in the "
          + "certificate", .skipCertificateCheck
      )
    }
    if says("expired", "expiration") || flags & 0x400 != 0 {
      return (
        "\(host) has a certificate that has expired; tell its operator", .skipCertificateCheck
      )
    }
    if says("not yet valid", "not activated") || flags & 0x200 != 0 {
      return (
        "\(host) has a certificate that is not valid yet; check this machine's clock",
        .skipCertificateCheck
      )
    }
    if says("issuer", "self-signed", "self signed") || flags & 0x40 != 0 {
      return ("\(host) has a certificate from an unknown issuer", .trustIssuer)
    }
    return ("\(host) has a certificate that is not accepted (\(shownWords))", .trustIssuer)
  }
}
