import Glibc
import SealedFormat
import Testing
import VaultTestSupport

@testable import Vault

/// What a program did.
private struct Outcome {
  var status: Int32 = -1
  var output: [UInt8] = []
  var notes: [String] = []
  var text: String { String(decoding: output, as: UTF8.self) }
}

private final class Scripts {
  let folder: TemporaryFolder
  var environment: Environment {
    Environment(
      ["PATH": folder.path, "XDG_RUNTIME_DIR": folder.path], workingFolder: folder.path)
  }

  init() throws { folder = try TemporaryFolder() }

  func write(_ text: String, mode: mode_t = 0o700) throws {
    try writeFile(folder.path("tool"), text)
    try setMode(mode, of: folder.path("tool"))
  }

  func run(
    words: [String], input: [UInt8] = [], limit: Int = 4096, timeout: Duration = .seconds(30),
    variables: [String: String] = ["PATH": "/usr/bin:/bin"]
  ) throws -> Outcome {
    var outcome = Outcome()
    let program = try Program(words, in: environment)
    let result = try program.run(
      input: input.bytes, variables: ProgramVariables(variables), outputLimit: limit,
      timeout: timeout
    ) { outcome.notes.append($0) }
    outcome.status = result.status
    outcome.output = result.output.readableBytes
    return outcome
  }

  func run(
    script: String, input: [UInt8] = [], limit: Int = 4096, timeout: Duration = .seconds(30)
  ) throws -> Outcome {
    // Not a file of its own: to run one fails while a child of another test has it open for writing.
    try run(words: ["/bin/sh", "-c", script], input: input, limit: limit, timeout: timeout)
  }

  func failure(_ body: () throws -> Outcome) -> VaultError.Code? {
    do {
      _ = try body()
      return nil
    } catch {
      return (error as? VaultError)?.code
    }
  }
}

/// Whether a process is there and is not only waiting to be reaped.
private func isAlive(_ child: String) -> Bool {
  guard let stat = try? readFile("/proc/\(child)/stat") else { return false }
  return !String(decoding: stat, as: UTF8.self).contains(") Z ")
}

struct `Running a program` {
  private let scripts: Scripts

  init() throws { scripts = try Scripts() }

  @Test func `a program gives its output, its status and the lines of its standard error`() throws {
    let outcome = try scripts.run(
      script: "cat; printf 'one\\ntwo \\033[31m' >&2; exit 3", input: Array("secret".utf8))
    #expect(outcome.text == "secret")
    #expect(outcome.status == 3)
    #expect(outcome.notes == ["one", "two \\u{1b}[31m"])
  }

  @Test func `a program that a signal ended gives 128 and its number`() throws {
    #expect(try scripts.run(script: "kill -9 $$").status == 137)
  }

  @Test func `a program can read more input than a pipe holds`() throws {
    let input = [UInt8](repeating: 65, count: 300_000)
    #expect(try scripts.run(script: "wc -c", input: input).text == "300000\n")
  }

  @Test func `a program may leave its input unread`() throws {
    let input = [UInt8](repeating: 65, count: 300_000)
    let outcome = try scripts.run(script: "exec <&-; sleep 0.2; echo done", input: input)
    #expect(outcome.text == "done\n")
    #expect(outcome.status == 0)
  }

  @Test func `a program may write as many bytes as the limit, and not one more`() throws {
    #expect(try scripts.run(script: "head -c 4096 /dev/zero").output.count == 4096)
    #expect(scripts.failure { try scripts.run(script: "head -c 4097 /dev/zero") } == .damaged)
    #expect(scripts.failure { try scripts.run(script: "head -c 1048576 /dev/zero") } == .damaged)
  }

  @Test func `a program that hangs is killed with its whole process group after the timeout`()
    throws
  {
    let noted = scripts.folder.path("child")
    let code = scripts.failure {
      try scripts.run(
        script: "trap '' TERM\nsleep 1000 & echo $! >'\(noted)'; wait; sleep 1000",
        timeout: .milliseconds(1500))
    }
    #expect(code == .unavailable)
    let child = String(decoding: try readFile(noted).dropLast(), as: UTF8.self)
    for _ in 0..<100 where isAlive(child) { usleep(20_000) }
    #expect(!isAlive(child))
  }

  @Test func `a program has ended although its own child holds its output open`() throws {
    let start = SteadyClock.now
    let outcome = try scripts.run(script: "sleep 1000 & echo $!")
    #expect(SteadyClock.now - start < .seconds(25))
    let child = try #require(pid_t(outcome.text.dropLast()))
    #expect(kill(child, SIGKILL) == 0)
  }

  @Test func `a program gets no descriptor of ours`() throws {
    // Not close-on-exec, as a library might leave one.
    let leaked = fcntl(STDERR_FILENO, F_DUPFD, 40)
    defer { close(leaked) }
    // The last one is that of the folder, which ls opens itself.
    #expect(try scripts.run(words: ["/bin/ls", "/proc/self/fd"]).text == "0\n1\n2\n3\n")
  }

  @Test func `a program has exactly the variables that it is given`() throws {
    let outcome = try scripts.run(words: ["/usr/bin/env"], variables: ["A": "1=2"])
    #expect(outcome.text == "A=1=2\n")
  }

  @Test func `a program has a session of its own and no terminal`() throws {
    let text = try scripts.run(words: ["/bin/cat", "/proc/self/stat"]).text
    let fields = text.split(separator: " ")
    #expect(fields[0] == fields[4])
    #expect(fields[0] == fields[5])
    #expect(fields[6] == "0")
  }
}

struct `Finding a program` {
  private let scripts: Scripts

  init() throws { scripts = try Scripts() }

  private func isRefused(_ words: [String]) -> Bool {
    scripts.failure { try scripts.run(words: words) } == .configuration
  }

  @Test func `a missing program is refused`() {
    #expect(isRefused(["tool"]))
    #expect(isRefused([scripts.folder.path("tool")]))
    #expect(isRefused([]))
    #expect(isRefused([""]))
  }

  @Test(arguments: [0o720, 0o702, 0o600] as [mode_t])
  func `a file that others can write or the user cannot run is refused`(_ mode: mode_t) throws {
    try scripts.write("#!/bin/sh\n", mode: mode)
    #expect(isRefused([scripts.folder.path("tool")]))
  }

  @Test func `a folder is not taken for a program`() throws {
    unsafe #expect(mkdir(scripts.folder.path("tool"), 0o700) == 0)
    #expect(isRefused(["tool"]))
    #expect(isRefused([scripts.folder.path("tool")]))
  }

  @Test func `a script that names no interpreter is refused, because no shell is asked`() throws {
    try scripts.write("echo it\n")
    #expect(isRefused(["tool"]))
  }

  @Test func `a program is not looked for in relative folders of PATH`() throws {
    try scripts.write("#!/bin/sh\n")
    #expect(Program.find("tool", on: ".:") == nil)
    #expect(try Program(["tool"], in: scripts.environment).path == scripts.folder.path("tool"))
    #expect(Program.find("tool", on: ".:\(scripts.folder.path)") == scripts.folder.path("tool"))
  }
}

struct `Program variables` {
  @Test func `the variables of a program are copied as bytes and chosen by name`() {
    let texts = ["A=\u{e9}", "AB=1", "B="].map { Array($0.utf8CString) } + [[67, 61, -1, 0]]
    var pointers = unsafe texts.map { unsafe strdup($0) } + [nil]
    defer { unsafe pointers.forEach { unsafe free($0) } }
    let all = unsafe ProgramVariables(copying: &pointers)
    #expect(all.variables == texts)
    #expect(all.removing(["A", "C"]).variables == [texts[1], texts[2]])
    #expect(all.keeping(["A", "B"]).variables == [texts[0], texts[2]])
    let set = all.setting(["AB": "2", "D": "3"]).variables
    #expect(set.prefix(3) == [texts[0], texts[2], texts[3]])
    #expect(Set(set.dropFirst(3)) == Set(["AB=2", "D=3"].map { Array($0.utf8CString) }))
  }
}

struct `An interactive program` {
  @Test func `a program at the terminal gets its variables and one that holds a secret`() throws {
    let secret = try SecretBytes(readable: Array("S=secret\0".utf8))
    var mask = sigset_t()
    let child = try unsafe InteractiveProgram.start(
      Array("/bin/sh".utf8),
      ["sh", "-c", "test \"$A$S\" = 1secret && test $(ps -o pgid= $$) != $$"].map {
        Array($0.utf8)
      },
      variables: ProgramVariables(["A": "1", "PATH": "/usr/bin:/bin"]), secret: secret,
      mask: &mask)
    var status: Int32 = -1
    let ended = unsafe waitpid(child, &status, 0)
    #expect(ended == child)
    #expect(status == 0)
  }

  @Test func `a program that is not there cannot be started at the terminal`() throws {
    let none = try SecretBytes(copying: RawSpan())
    #expect(throws: SystemError(number: ENOENT)) {
      var mask = sigset_t()
      _ = try unsafe InteractiveProgram.start(
        Array("/nowhere".utf8), [Array("x".utf8)], variables: ProgramVariables([:]), secret: none,
        mask: &mask)
    }
  }
}

struct `Program turns` {
  @Test func `one process at a time has the turn to run a program`() throws {
    let scripts = try Scripts()
    let first = try ProgramTurn(key: "a", in: scripts.environment, timeout: .seconds(1))
    let other = try ProgramTurn(key: "b", in: scripts.environment, timeout: .seconds(1))
    other.end()
    #expect(throws: VaultError.self) {
      _ = try ProgramTurn(key: "a", in: scripts.environment, timeout: .milliseconds(50))
    }
    first.end()
    let second = try ProgramTurn(key: "a", in: scripts.environment, timeout: .seconds(1))
    second.end()
    #expect(files(below: scripts.folder.path) == [])
  }
}
