package import SealedFormat
internal import CLinux
internal import Glibc

/// The key of an unlocked vault in the kernel's memory, where later commands of the same user find it.
///
/// It is a key of type `user` in the user keyring that only a possessor may use: a container with a
/// session keyring of its own does not possess it, and knowing its number does not help. See
/// keyrings(7) and user-keyring(7).
package struct UnlockCache: Sendable {
  private let name: String
  private let vaultID: [UInt8]
  private let keyCommitment: [UInt8]

  /// The place for one vault.
  ///
  /// - Parameter vault: Whose key it is to hold; another key of the same vault has another place.
  package init(_ vault: SealedVault) {
    self.init(vaultID: vault.identifier, keyCommitment: vault.keyCommitment)
  }

  init(vaultID: [UInt8], keyCommitment: [UInt8]) {
    self.vaultID = vaultID
    self.keyCommitment = keyCommitment
    name = "vault:\(vaultID.hexadecimal):\(keyCommitment.prefix(8).hexadecimal)"
  }

  /// Keeps a key.
  ///
  /// - Parameters:
  ///   - key: The vault key.
  ///   - timeout: When the kernel forgets it; whole seconds count.
  /// - Throws: `unavailable` where the kernel refuses.
  func store(_ key: borrowing VaultKey, timeout: Duration) throws(VaultError) {
    let refused = "the kernel does not keep the key of an unlocked vault here; use a key file"
    // For those who have no keyring of the user's but the session's, as in a rootless container.
    // Without a session keyring this goes into one that ends with us, which is no loss.
    _ = vault_key_link_user_to_session()
    // Where this is refused we could neither limit the time of a key nor take it back.
    _ = try checked(refused, as: .unavailable) { vault_key_link_user_to_process() }
    let number = try checked(refused, as: .unavailable) {
      unsafe key.bytes.withUnsafeBytes { bytes in
        unsafe vault_key_add(name, bytes.baseAddress, bytes.count)
      }
    }
    do throws(SystemError) {
      _ = try checked {
        vault_key_expire_after(number, UInt32(clamping: timeout.components.seconds))
      }
      _ = try checked { vault_key_restrict_to_possessor(number) }
    } catch {
      _ = vault_key_invalidate(number)
      throw error.failing(refused, as: .unavailable)
    }
  }

  /// The key, if the vault is unlocked.
  ///
  /// A key that is not the vault's is passed over, because others may have put it into a session keyring
  /// that they share.
  func find() throws(VaultError) -> VaultKey? {
    let inSession = unsafe vault_key_search_session(name)
    if let key = try key(inSession) { return key }
    let inProcess = searchProcess()
    return inProcess == inSession ? nil : try key(inProcess)
  }

  private func key(_ number: Int32) throws(VaultError) -> VaultKey? {
    guard number != -1 else { return nil }
    let key: VaultKey
    do throws(VaultError) {
      key = try VaultKey { (output) throws(VaultError) in
        let length = unsafe output.withUnsafeMutableBytes { buffer, initialized in
          let length = unsafe vault_key_read(number, buffer.baseAddress, VaultKey.length)
          initialized = min(max(length, 0), VaultKey.length)
          return length
        }
        // It may have expired between the two calls, or be no key of ours.
        guard length == VaultKey.length else { throw VaultError(.notFound, "no key") }
      }
    } catch {
      if error.code == .notFound { return nil }
      throw error
    }
    guard try key.isKey(ofVault: vaultID, commitment: keyCommitment) else { return nil }
    return key
  }

  /// Forgets the key at once, wherever it is found.
  ///
  /// - Returns: Whether there was one.
  package func remove() -> Bool {
    let numbers = [unsafe vault_key_search_session(name), searchProcess()]
    return numbers.filter { $0 != -1 && vault_key_invalidate($0) == 0 }.count > 0
  }

  /// Whether the kernel keeps keys for us.
  package static var isAvailable: Bool { vault_key_link_user_to_process() != -1 }

  /// Forgets the keys of all vaults of this user.
  ///
  /// - Returns: How many there were.
  package static func removeAll() -> Int {
    _ = vault_key_link_user_to_process()
    var numbers = [Int32](repeating: 0, count: 1024)
    let length = unsafe vault_key_list(&numbers, numbers.count * MemoryLayout<Int32>.size)
    let count = min(max(length, 0) / MemoryLayout<Int32>.size, numbers.count)
    return numbers[..<count].filter { isOurs($0) && vault_key_invalidate($0) == 0 }.count
  }

  private static func isOurs(_ number: Int32) -> Bool {
    var text = [CChar](repeating: 0, count: 512)
    guard unsafe vault_key_describe(number, &text, text.count) > 0 else { return false }
    return String(buffer: text).contains(";vault:")
  }

  /// The number of the key in the user keyring, or -1.
  private func searchProcess() -> Int32 {
    _ = vault_key_link_user_to_process()
    return unsafe vault_key_search_process(name)
  }
}
