internal import Glibc

/// Where this package's own files lie.
package enum PackageFolder {
  /// The folder of `Package.swift`.
  package static let path: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)  // Tests/VaultTestSupport/PackageFolder.swift
    return parts.joined(separator: "/")
  }()

  /// The folder with the release programs: `VAULT_BINARY_FOLDER`, else where `make build` puts them.
  package static var programs: String {
    guard let folder = unsafe getenv("VAULT_BINARY_FOLDER") else { return path + "/.build/release" }
    return unsafe String(cString: folder)
  }

  /// The path of a release program.
  ///
  /// - Throws: Where it is missing: a test of it has then failed, not been skipped.
  package static func program(_ name: String) throws -> String {
    let program = programs + "/" + name
    guard unsafe access(program, X_OK) == 0 else {
      throw TestFailure("run make build first: there is no \(program)")
    }
    return program
  }
}
