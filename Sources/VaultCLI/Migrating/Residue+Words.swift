import Compat

extension Residue {
  /// What may still hold a secret, in a sentence.
  func words(_ path: String) -> String {
    switch self {
    case .names(let count):
      "\(path) had \(count == 1 ? "another name" : "\(count) other names") (hard links), and there the secrets still "
        + "are: find and remove them"
    case .readable(let mode):
      "\(path) could be read by others (mode \(String(mode, radix: 8))): they may have copies"
    case .copy(let copy):
      "\(copy) holds a secret of \(path) too: remove it, or migrate it by its name"
    case .repository(let folder):
      "\(path) is kept by the repository in \(folder), and so are its old contents"
    case .snapshots(let folder):
      "snapshots in \(folder) may hold the old \(path)"
    case .fileSystem(let name):
      "\(path) lies on \(name), where old contents may be kept beside the new"
    }
  }
}
