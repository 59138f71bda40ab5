import SealedFormat
import Vault

extension HelperProtocol {
  /// The dynamically linked helper, if this one is linked statically and an action may need the desktop
  /// keyring: libsecret is loaded, and a static program can load nothing.
  func successor(_ arguments: [String]) -> String? {
    guard OwnProgram.isStatic, let action = arguments.first,
      ["store", "get", "erase", "list"].contains(action), environment.lentFolder == nil
    else { return nil }
    do throws(VaultError) {
      guard try VaultAccess(environment: environment).mayAskKeyring else { return nil }
    } catch {
      return nil
    }
    return OwnProgram.folder.map { Path.of("../libexec/regvault/\(Self.name)", in: $0) }
  }
}
