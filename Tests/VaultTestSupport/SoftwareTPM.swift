/// A TPM2 in software, as systemd-creds and tpm2-tools reach it.
package final class SoftwareTPM {
  /// Whether swtpm and tpm2-tools are installed.
  package static let isAvailable = ["swtpm", "tpm2_unseal"].allSatisfy {
    (try? Command(["sh", "-c", "command -v \"$1\"", "sh", $0]).run().status) == 0
  }

  private let folder: TemporaryFolder
  private let emulator: RunningCommand

  package init() throws {
    let folder = try TemporaryFolder()
    try makeFolder(folder.path("state"))
    emulator = try Command([
      "swtpm", "socket", "--tpm2", "--tpmstate", "dir=\(folder.path("state"))", "--server",
      "type=unixio,path=\(folder.path("tpm"))", "--ctrl",
      "type=unixio,path=\(folder.path("tpm.ctrl"))",
      "--flags", "not-need-init,startup-clear",
    ]).start()
    self.folder = folder
    try waitUntil("the TPM") {
      try Command(["test", "-S", folder.path("tpm.ctrl")]).run().status == 0
    }
  }

  /// How programs name it: TPM2TOOLS_TCTI, and `--tpm2-device` of systemd-creds.
  package var device: String { "swtpm:path=\(folder.path("tpm"))" }

  /// Runs a script with tpm2-tools, which ends at its first failure.
  ///
  /// Without the kernel's resource manager `flush` has to follow each command.
  package func run(_ script: String, in path: String) throws {
    let outcome = try Command(
      [
        "bash", "-c",
        "set -e; cd \"$1\"; flush() { tpm2_flushcontext -t; tpm2_flushcontext -l; }\n" + script,
        "bash", path,
      ],
      environment: Command.plainEnvironment.merging(["TPM2TOOLS_TCTI": device]) { $1 }
    ).run()
    guard outcome.status == 0 else { throw TestFailure(outcome.errors) }
  }

  /// Makes PCR 7 another, as a change of Secure Boot does.
  package func extendPCR() throws {
    try run("tpm2_pcrextend 7:sha256=\(String(repeating: "a", count: 64))", in: "/")
  }
}
