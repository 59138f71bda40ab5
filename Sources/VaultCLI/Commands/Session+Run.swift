import ArgumentParser
import SealedFormat
import Vault

extension Session {
  /// Parses and runs the command line.
  func run() -> Ending {
    let words = ExecCommand.parsed(arguments.map { String(decoding: $0, as: UTF8.self) })
    do throws(VaultError) { return try ending(of: words) } catch {
      if case .interrupted(let signal) = error.code { return .signal(signal) }
      console.fatal(error.words(programName))
      return .status(ExitStatus(error.code))
    }
  }

  private func ending(of arguments: [String]) throws(VaultError) -> Ending {
    try refuseForeignCommand(arguments)
    do {
      var command = try VaultCommand.parseAsRoot(arguments)
      if let command = command as? any SessionCommand { return try command.run(in: self) }
      try command.run()
      return .done
    } catch let error as VaultError {
      throw error
    } catch {
      // Help, the version and completion scripts are thrown too.
      guard VaultCommand.exitCode(for: error) == .success else { return refuse(arguments) }
      try output.write(VaultCommand.fullMessage(for: error) + "\n")
      return .done
    }
  }

  /// Says which program this is if HashiCorp's `vault` was meant.
  private func refuseForeignCommand(_ arguments: [String]) throws(VaultError) {
    guard let command = arguments.first, VaultCommand.foreignCommands.contains(command),
      !VaultCommand.configuration.subcommands.contains(where: {
        $0.configuration.commandName == command
      })
    else { return }
    throw VaultError(
      .invalidInput,
      "'\(command)' is a command of HashiCorp Vault and OpenBao, but this is \(calledName) (registry "
        + "credentials), which keeps logins to container registries: see '\(programName) --help'")
  }

  /// Says what is wrong with a command line, without a password that may be in it.
  private func refuse(_ arguments: [String]) -> Ending {
    let values = arguments.compactMap { word -> Substring? in
      if word.hasPrefix("--password"), let equals = word.firstIndex(of: "=") {
        return word[word.index(after: equals)...]
      }
      return word.hasPrefix("-p") ? word.dropFirst(2) : nil
    }
    let message = Self.complaint(about: arguments)
    if values.contains(where: { !$0.isEmpty && message.contains($0) }) {
      console.fatal(
        "the command line is not valid; it is not repeated because it may hold a password: see "
          + "'\(programName) registry login --help'")
      return .status(.usage)
    }
    let lines = message.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let prefix = "Error: "
    console.fatal(lines[0].hasPrefix(prefix) ? String(lines[0].dropFirst(prefix.count)) : lines[0])
    for line in lines.dropFirst() { console.more(line) }
    return .status(.usage)
  }

  /// What ArgumentParser says about a command line that is wrong.
  ///
  /// It repeats words, and its text has lines. So it gets them escaped: then each line is its own.
  private static func complaint(about arguments: [String]) -> String {
    do {
      _ = try VaultCommand.parseAsRoot(arguments.map(\.escapingControls))
      return "the command line is not valid"
    } catch {
      return VaultCommand.fullMessage(for: error)
    }
  }
}
