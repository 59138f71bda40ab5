// swift-tools-version: 6.2
import PackageDescription

// The sources are links to those of vault itself: what takes a stranger's bytes is not public, and a
// package that depended on vault could not reach it.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableExperimentalFeature("Lifetimes"),
  .unsafeFlags(["-sanitize=fuzzer", "-parse-as-library"]),
]

let linkerSettings: [LinkerSetting] = [
  .unsafeFlags([
    "-sanitize=fuzzer", "-use-ld=lld", "-Xlinker", "--wrap=__sanitizer_cov_trace_pc_guard",
    "-Xlinker", "--wrap=__sanitizer_cov_trace_pc_guard_init",
  ])
]

let package = Package(
  name: "fuzz",
  targets: [
    .systemLibrary(name: "CSodium"),
    .systemLibrary(name: "CYAML"),
    .target(name: "CLinux"),
    .target(name: "CCurl"),
    .target(name: "CSecretService"),
    .target(name: "CCoverage"),
    .target(name: "SealedFormat", dependencies: ["CSodium", "CLinux"], swiftSettings: settings),
    .target(
      name: "Vault", dependencies: ["SealedFormat", "CLinux", "CSecretService"],
      swiftSettings: settings),
    .target(
      name: "Network", dependencies: ["SealedFormat", "Vault", "CCurl"], swiftSettings: settings),
    .target(
      name: "Compat", dependencies: ["SealedFormat", "Vault", "CYAML"], swiftSettings: settings),
    // docker-credential-vault without its process.
    .target(
      name: "CredentialHelper", dependencies: ["SealedFormat", "Vault"],
      exclude: ["Program.swift"], swiftSettings: settings),
    .executableTarget(
      name: "FuzzHelperInput",
      dependencies: ["CredentialHelper", "SealedFormat", "Vault", "CCoverage"],
      swiftSettings: settings, linkerSettings: linkerSettings),
    .executableTarget(
      name: "FuzzChallenge", dependencies: ["SealedFormat", "Network", "CCoverage"],
      swiftSettings: settings, linkerSettings: linkerSettings),
    .executableTarget(
      name: "FuzzSealedFile", dependencies: ["SealedFormat", "CCoverage"],
      swiftSettings: settings, linkerSettings: linkerSettings),
    .executableTarget(
      name: "FuzzDockerFile", dependencies: ["SealedFormat", "Vault", "Compat", "CCoverage"],
      swiftSettings: settings, linkerSettings: linkerSettings),
    .executableTarget(
      name: "FuzzRemoteYAML", dependencies: ["SealedFormat", "Compat", "CCoverage"],
      swiftSettings: settings, linkerSettings: linkerSettings),
  ]
)
