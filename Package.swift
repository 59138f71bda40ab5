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

let package = Package(
  name: "vault",
  products: [
    .executable(name: "vault", targets: ["VaultCLI"]),
    .executable(name: "docker-credential-vault", targets: ["CredentialHelper"]),
    .library(name: "Vault", targets: ["Vault"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
  ],
  targets: [
    // Ground: the C doors. CCurl and CSecretService load their libraries at first use, and so
    // name none to link.
    .systemLibrary(
      name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    .target(name: "CLinux"),
    .target(name: "CCurl"),
    .target(name: "CSecretService"),

    // First floor: no Foundation, no terminal, no docker, no YAML.
    .target(
      name: "Vault", dependencies: ["CSodium", "CLinux", "CCurl", "CSecretService"],
      swiftSettings: settings),

    // Second floor: the files of other programs.
    .target(
      name: "Compat", dependencies: ["Vault", .product(name: "Yams", package: "Yams")],
      swiftSettings: settings),

    // Roof: commands, terminal, words for people.
    .executableTarget(
      name: "VaultCLI",
      dependencies: [
        "Vault", "Compat", "CLinux",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),

    // Roof: docker's protocol. It starts on every image pull, so it links the first floor alone.
    .executableTarget(
      name: "CredentialHelper", dependencies: ["Vault"], swiftSettings: settings),

    .target(
      name: "VaultTestSupport", dependencies: ["Vault", "CLinux"], path: "Tests/VaultTestSupport",
      swiftSettings: settings),
    .testTarget(
      name: "VaultTests", dependencies: ["Vault", "VaultTestSupport"], swiftSettings: settings),
    .testTarget(
      name: "CompatTests", dependencies: ["Compat", "Vault", "VaultTestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "VaultCLITests", dependencies: ["VaultCLI", "Vault", "VaultTestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "CredentialHelperTests",
      dependencies: ["CredentialHelper", "Vault", "VaultTestSupport"], swiftSettings: settings),
    .testTarget(
      name: "EndToEndTests", dependencies: ["VaultTestSupport"], exclude: ["Scripts"],
      swiftSettings: settings),
  ]
)
