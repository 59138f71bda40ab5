import Glibc
import SealedFormat
import Vault

extension Environment {
  /// The variables of this process that opening a vault reads, and nothing else of it.
  static func ofProcess() -> Environment {
    var values: [String: String] = [:]
    for name in names where !ProcessUser.hasRaisedRights {
      if let value = unsafe getenv(name) { values[name] = unsafe String(cString: value) }
    }
    var folder = [CChar](repeating: 0, count: Int(PATH_MAX))
    let isKnown = unsafe getcwd(&folder, folder.count) != nil
    return Environment(
      values,
      workingFolder: isKnown ? String(buffer: folder) : "/proc/self/cwd")
  }
}
