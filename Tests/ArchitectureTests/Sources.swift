import VaultTestSupport

/// The sources of the package.
enum Sources {
  /// All files of Swift below `Sources`, read once.
  static let files = Result {
    let prefix = PackageFolder.path + "/"
    return try VaultTestSupport.files(below: prefix + "Sources")
      .filter { $0.hasSuffix(".swift") }
      .map { SourceFile(path: String($0.dropFirst(prefix.count)), bytes: try readFile($0)) }
  }
}
