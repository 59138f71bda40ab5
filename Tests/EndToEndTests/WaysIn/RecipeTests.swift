import Testing
import VaultTestSupport

/// The recipes of docs/unlocking.md, with the real programs.
struct RecipeTests {
  private let home: VaultHome
  private let uri = "docker://registry.example.com"

  init() throws {
    home = try VaultHome.withVault()
    let login = try home.logIn(uri, as: "alice", with: "secret", "--no-verify")
    #expect(login.status == 0, "\(login.errors)")
    try removeFile(home.path(".config/vault/config"))
    home.environment["XDG_RUNTIME_DIR"] = home.path
  }

  private static func has(_ programs: String...) -> Bool {
    programs.allSatisfy {
      (try? Command(["sh", "-c", "command -v \"$1\"", "sh", $0]).run().status) == 0
    }
  }

  /// Adds a slot by a program that seals, and opens the vault by the one that opens.
  ///
  /// Tells how long the first `get` took, and one that finds the vault unlocked.
  private func check(seal: String, open: String, _ name: String) throws {
    let added = try home.command(
      ["slot", "add", "key-command", "--key-file", home.keyFile, "--seal-with", seal, "--"]
        + open.split(separator: " ").map(String.init)
    ).run()
    #expect(added.status == 0, "\(added.errors)")
    home.environment["VAULT_KEY_COMMAND"] = open
    _ = try home.vault("lock")
    let times = try (0..<2).map { _ in
      let start = ContinuousClock.now
      let got = try home.vault("get", uri)
      let took = ContinuousClock.now - start
      #expect(got.output == "secret\n", "\(got.errors)")
      return took
    }
    print("\(name): \(times[0]) by the program, \(times[1]) unlocked")
    #expect(try home.vault("lock").status == 0)
  }

  /// Asserts that the program gives no key any more, and that the key file still opens the vault.
  private func checkRefused() throws {
    let outcome = try home.vault("get", uri)
    #expect(outcome.status == 75, "\(outcome.errors)")
    #expect(outcome.errors.contains("failed with status"), "\(outcome.errors)")
    #expect(try home.vault("get", "--key-file", home.keyFile, uri).output == "secret\n")
  }

  @Test(.enabled(if: has("age", "ssh-keygen"), "age or ssh-keygen is missing"))
  func `age opens a vault with an SSH key`() throws {
    let key = home.path("id")
    let made = try Command(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key]).run()
    #expect(made.status == 0)
    try check(
      seal: "age -R \(key).pub -o \(home.path("key.age"))",
      open: "age -d -i \(key) \(home.path("key.age"))", "age")
    try removeFile(key)
    try checkRefused()
  }

  @Test(
    .enabled(if: has("systemd-creds") && isRoot, "systemd-creds is missing, or this is not root"))
  func `systemd-creds opens a vault with the key of the host`() throws {
    let sealed = home.path("key.cred")
    try check(
      seal: "systemd-creds encrypt --with-key=host --name=vault.key - \(sealed)",
      open: "systemd-creds decrypt --name=vault.key \(sealed) -", "systemd-creds, host key")
    home.environment["VAULT_KEY_COMMAND"] = "systemd-creds decrypt --name=other \(sealed) -"
    try checkRefused()
  }

  @Test(
    .enabled(if: has("systemd-creds") && isRoot, "systemd-creds is missing, or this is not root"),
    .enabled(if: SoftwareTPM.isAvailable, "swtpm or tpm2-tools is missing"))
  func `systemd-creds opens a vault with a TPM2 until its PCR changes`() throws {
    let tpm = try SoftwareTPM()
    let sealed = home.path("key.cred")
    try check(
      seal: "systemd-creds encrypt --with-key=tpm2 --tpm2-device=\(tpm.device) --tpm2-pcrs=7 "
        + "--name=vault.key - \(sealed)",
      open: "systemd-creds decrypt --tpm2-device=\(tpm.device) --name=vault.key \(sealed) -",
      "systemd-creds, TPM2")
    try tpm.extendPCR()
    try checkRefused()
  }

  @Test(.enabled(if: SoftwareTPM.isAvailable, "swtpm or tpm2-tools is missing"))
  func `tpm2-tools open a vault until the PCR changes`() throws {
    let tpm = try SoftwareTPM()
    let seal = try sealProgram(
      """
      tpm2_startauthsession -S session
      tpm2_policypcr -Q -S session -l sha256:7 -L policy
      tpm2_flushcontext session; flush
      tpm2_create -Q -C primary -L policy -i - -u public -r private; flush
      """)
    home.environment["TPM2TOOLS_TCTI"] = tpm.device
    try check(
      seal: seal, open: "tpm2_unseal -c 0x81010001 -p pcr:sha256:7", "tpm2-tools, PCR 7")
    try tpm.extendPCR()
    try checkRefused()
  }

  @Test(.enabled(if: SoftwareTPM.isAvailable, "swtpm or tpm2-tools is missing"))
  func `tpm2-tools open a vault with the PIN and not with another`() throws {
    let tpm = try SoftwareTPM()
    try writeFile(home.path("pin"), "1234")
    try writeFile(home.path("wrong"), "1235")
    let seal = try sealProgram(
      "tpm2_create -Q -C primary -p file:\(home.path("pin")) -i - -u public -r private; flush")
    home.environment["TPM2TOOLS_TCTI"] = tpm.device
    try check(
      seal: seal, open: "tpm2_unseal -c 0x81010001 -p file:\(home.path("pin"))", "tpm2-tools, PIN")
    home.environment["VAULT_KEY_COMMAND"] =
      "tpm2_unseal -c 0x81010001 -p file:\(home.path("wrong"))"
    try checkRefused()
  }

  /// The program of the page, with the flushing that a TPM without a resource manager needs.
  private func sealProgram(_ create: String) throws -> String {
    try writeFile(
      home.path("seal"),
      """
      #!/bin/bash
      set -e
      flush() { tpm2_flushcontext -t; tpm2_flushcontext -l; }
      cd "$(mktemp -d -p "$HOME")"
      tpm2_createprimary -Q -C o -c primary; flush
      \(create)
      tpm2_load -Q -C primary -u public -r private -c key; flush
      tpm2_evictcontrol -Q -C o -c key 0x81010001; flush
      rm -r "$PWD"
      """, mode: 0o700)
    return home.path("seal")
  }

  private static let module = "/usr/lib/softhsm/libsofthsm2.so"

  @Test(
    .enabled(
      if: has("softhsm2-util", "pkcs11-tool", "openssl"),
      "softhsm2-util, pkcs11-tool or openssl is missing"))
  func `a PKCS#11 token opens a vault, and not with a wrong PIN`() throws {
    try makeFolder(home.path("tokens"))
    try writeFile(
      home.path("softhsm"),
      "directories.tokendir = \(home.path("tokens"))\nobjectstore.backend = file\n")
    home.environment["SOFTHSM2_CONF"] = home.path("softhsm")
    let token = "pkcs11-tool --module \(Self.module) --token-label vault --login"
    let made = try Command(
      [
        "bash", "-c",
        """
        set -e
        softhsm2-util --init-token --free --label vault --pin 1234 --so-pin 5678
        \(token) --pin 1234 --keypairgen --key-type rsa:2048 --id 01
        \(token) --pin 1234 --read-object --type pubkey --id 01 -o "$HOME/key.der"
        """,
      ], environment: home.environment
    ).run()
    #expect(made.status == 0, "\(made.errors)")
    home.environment["VAULT_PIN"] = "1234"
    try check(
      seal: "openssl pkeyutl -encrypt -pubin -keyform DER -inkey \(home.path("key.der")) "
        + "-pkeyopt rsa_padding_mode:oaep -out \(home.path("key.p11"))",
      open: "\(token) --pin env:VAULT_PIN --decrypt --id 01 -m RSA-PKCS-OAEP "
        + "--hash-algorithm SHA-1 --mgf MGF1-SHA1 --input-file \(home.path("key.p11"))", "softhsm2")
    home.environment["VAULT_PIN"] = "1235"
    try checkRefused()
  }

  @Test(.enabled(if: has("pass", "gpg", "gpg-agent"), "pass or GnuPG is missing"))
  func `pass opens a vault`() throws {
    let folder = try TemporaryFolder()
    home.environment["GNUPGHOME"] = folder.path
    let made = try Command(
      [
        "bash", "-c",
        """
        set -e
        gpg --batch --quiet --passphrase '' --quick-generate-key tests default default never
        pass init tests
        """,
      ], environment: home.environment
    ).run()
    #expect(made.status == 0, "\(made.errors)")
    try check(
      seal: "pass insert -m vault/key", open: "pass show vault/key", "pass")
    _ = try Command(["gpgconf", "--kill", "all"], environment: home.environment).run()
  }

  @Test(.enabled(if: has("ssss-split", "ssss-combine"), "ssss is missing"))
  func `two of three shares on paper make the key file again`() throws {
    let outcome = try Command(
      [
        "bash", "-c",
        """
        set -e
        ssss-split -t 2 -n 3 -q <"$HOME/vault.key" >"$HOME/shares"
        sed -n '1p;3p' "$HOME/shares" | ssss-combine -t 2 -q 2>"$HOME/again"
        """,
      ], environment: home.environment
    ).run()
    #expect(outcome.status == 0, "\(outcome.errors)")
    let got = try home.vault("get", "--key-file", home.path("again"), uri)
    #expect(got.output == "secret\n", "\(got.errors)")
  }
}
