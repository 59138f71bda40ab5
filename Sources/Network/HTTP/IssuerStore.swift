internal import CCurl

/// Certificates of issuers that OpenSSL has read.
///
/// To read the system's list takes OpenSSL longer than a handshake, so connections share what was read.
@safe
struct IssuerStore: ~Copyable {
  let handle: UnsafeMutableRawPointer

  /// Reads the files, or shares what was read for an equal key before.
  ///
  /// Nil if libcurl does not use OpenSSL or the file is not in its form.
  init?(file: String?, folder: String?, key: [UInt8]) {
    guard let handle = unsafe vault_curl_issuers_open(file, folder, key, key.count) else {
      return nil
    }
    unsafe self.handle = handle
  }

  deinit { unsafe vault_curl_issuers_close(handle) }
}
