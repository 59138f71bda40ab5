/// The modules that each target may import besides the standard library's; see docs/architecture.md.
///
/// The order is from the bottom up: a target uses only targets before it.
let allowedImports: [(module: String, imports: Set<String>)] = [
  ("SealedFormat", ["CLinux", "CSodium"]),
  ("Vault", ["CLinux", "CSecretService", "SealedFormat"]),
  ("Network", ["CCurl", "CLinux", "SealedFormat", "Vault"]),
  ("Compat", ["CYAML", "FoundationEssentials", "SealedFormat", "Vault"]),
  (
    "VaultCLI",
    [
      "ArgumentParser", "CLinux", "Compat", "FoundationEssentials", "Network", "SealedFormat",
      "Vault",
    ]
  ),
  ("CredentialHelper", ["SealedFormat", "Vault"]),
]

/// Modules that come with the compiler and that Linux programs need anyway.
let standardModules: Set = ["Glibc", "Swift", "Synchronization"]

/// An import that the table does not allow.
struct ForbiddenImport: CustomStringConvertible {
  let path: String
  let line: Int
  let description: String
}

/// The imports in `files` that the table does not allow.
func forbiddenImports(in files: [SourceFile]) -> [ForbiddenImport] {
  let order = allowedImports.map(\.module)
  return files.flatMap { file in
    let layer = order.firstIndex(of: file.module)
    let allowed = standardModules.union(layer.map { allowedImports[$0].imports } ?? [])
    return file.imports.filter { !allowed.contains($0.module) }.map { module, line in
      let isUpward = order.firstIndex(of: module) ?? -1 > layer ?? -1
      return ForbiddenImport(
        path: file.path, line: line,
        description: "\(file.path):\(line) \(file.module) imports \(module)"
          + (isUpward ? ", which is above it" : ""))
    }
  }
}
