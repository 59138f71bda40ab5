internal import SealedFormat
internal import CLinux
internal import Glibc

/// The program that this process runs.
package enum OwnProgram {
  /// The name by which `vault` is installed: HashiCorp's program is called `vault` too, so that this name
  /// is only a link.
  package static let realName = "regvault"
  package static let linkName = "vault"

  /// The words that the process was started with, its name first.
  ///
  /// They need not be UTF-8, and reading them needs no /proc.
  package static var words: [[UInt8]] {
    var count: Int32 = 0
    guard let words = unsafe vault_arguments(&count) else { return [] }
    let own = unsafe UnsafeBufferPointer(start: words, count: Int(count))
    return unsafe own.compactMap { word in
      unsafe word.map { unsafe Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
    }
  }

  /// The name by which `vault` was called, without its folder.
  ///
  /// A copy of another name is called `vault`.
  package static var calledName: String {
    let name = words.first?.split(separator: UInt8(ascii: "/")).last ?? []
    return name.elementsEqual(realName.utf8) ? realName : linkName
  }

  /// Its file, with all links followed; nil if /proc does not tell.
  package static var path: String? { Path.resolved("/proc/self/exe") }

  /// The folder in which it lies.
  package static var folder: String? { path.flatMap(Path.folder) }

  /// What the user types to run `vault`: its real name if `vault` on the PATH is another program.
  package static func vaultName(searchPath: String?) -> String {
    guard let found = Program.find(linkName, on: searchPath).flatMap(Path.resolved) else {
      return Program.find(realName, on: searchPath) == nil ? linkName : realName
    }
    let isBeside = folder.map { Path.of(linkName, in: $0) } == found
    return isBeside || Path.name(of: found) == realName ? linkName : realName
  }

  /// Whether it can load no library, because it is linked statically.
  package static var isStatic: Bool { vault_is_linked_statically() != 0 }

  /// Runs another program in this process, with the same arguments and environment.
  ///
  /// Returns only if that program cannot be started.
  package static func become(_ path: String) {
    var count: Int32 = 0
    guard let words = unsafe vault_arguments(&count) else { return }
    unsafe execv(path, words)
  }
}
