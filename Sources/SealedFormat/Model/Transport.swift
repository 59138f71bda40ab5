/// How a registry was reached when its login was made or last checked.
package enum Transport: UInt8, Sendable {
  /// TLS with a checked certificate.
  case checkedTLS = 0
  /// TLS, but the certificate was not checked; also if nothing more is known than that.
  case uncheckedTLS = 1
  case plainHTTP = 2
}
