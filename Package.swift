// swift-tools-version: 6.2
import PackageDescription

/// One list for every Swift target, so that none is checked less strictly than the others.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableExperimentalFeature("Lifetimes"),
]

/// The same for every C target.
///
/// `_FORTIFY_SOURCE` needs optimisation, so debug builds leave it out;
/// `-fcf-protection` (CET) exists on x86 only.
var cFlags = [
  "-Wall", "-Wextra", "-Werror", "-fstack-protector-strong", "-fstack-clash-protection",
]
#if arch(x86_64)
  cFlags.append("-fcf-protection=full")
#endif
let cSettings: [CSetting] = [
  .unsafeFlags(cFlags),
  .unsafeFlags(["-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=3"], .when(configuration: .release)),
]

let package = Package(
  name: "vault",
  products: [
    .executable(name: "vault", targets: ["VaultCLI"]),
    .executable(name: "docker-credential-vault", targets: ["CredentialHelper"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
  ],
  targets: [
    // Base: C libraries and shims. CCurl and CSecretService load their libraries at first use, so
    // nothing is linked for them.
    .systemLibrary(name: "CSodium", providers: [.apt(["libsodium-dev"])]),
    .systemLibrary(name: "CYAML", providers: [.apt(["libyaml-dev"])]),
    .target(name: "CLinux", cSettings: cSettings),
    .target(name: "CCurl", cSettings: cSettings),
    .target(name: "CSecretService", cSettings: cSettings),

    // Layer 1: bytes in, bytes out. Opens no path, bus or socket.
    .target(name: "SealedFormat", dependencies: ["CSodium", "CLinux"], swiftSettings: settings),

    // Layer 2: files, settings, keyrings, and the stores of the vault.
    .target(
      name: "Vault", dependencies: ["SealedFormat", "CLinux", "CSecretService"],
      swiftSettings: settings),

    // Layer 3: everything that talks to servers. Linked into `vault` only.
    .target(
      name: "Network", dependencies: ["SealedFormat", "Vault", "CCurl"], swiftSettings: settings),

    // Layer 4: the files of other programs.
    .target(
      name: "Compat",
      dependencies: ["SealedFormat", "Vault", "CYAML"],
      swiftSettings: settings),

    // Top layer: commands, terminal, wording of messages.
    .executableTarget(
      name: "VaultCLI",
      dependencies: [
        "SealedFormat", "Vault", "Network", "Compat", "CLinux",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),

    // Top layer: docker's protocol. It starts on every image pull, so it links layers 1 and 2 only.
    .executableTarget(
      name: "CredentialHelper", dependencies: ["SealedFormat", "Vault"], swiftSettings: settings),

    .target(
      name: "VaultTestSupport", dependencies: ["SealedFormat", "Vault", "CLinux"],
      path: "Tests/VaultTestSupport", swiftSettings: settings),
    .testTarget(
      name: "ArchitectureTests", dependencies: ["VaultTestSupport"], swiftSettings: settings),
    .testTarget(
      name: "SealedFormatTests", dependencies: ["SealedFormat", "VaultTestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "VaultTests", dependencies: ["CSodium", "SealedFormat", "Vault", "VaultTestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "NetworkTests", dependencies: ["SealedFormat", "Vault", "Network", "VaultTestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "CompatTests", dependencies: ["SealedFormat", "Vault", "Compat", "VaultTestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "VaultCLITests",
      dependencies: ["SealedFormat", "Vault", "Network", "Compat", "VaultCLI", "VaultTestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "CredentialHelperTests",
      dependencies: ["SealedFormat", "Vault", "CredentialHelper", "VaultTestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "EndToEndTests", dependencies: ["SealedFormat", "VaultTestSupport"],
      exclude: ["Scripts"], swiftSettings: settings),
  ]
)
