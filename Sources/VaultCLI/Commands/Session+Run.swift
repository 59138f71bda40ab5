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
    do {
      var command = try VaultCommand.parseAsRoot(arguments)
      if let command = command as? any SessionCommand { return try command.run(in: self) }
      try command.run()
      return .done
    } catch let error as VaultError {
      throw error
    } catch {
      // Help, the version and completion scripts are thrown too.
      let message = VaultCommand.fullMessage(for: error)
      guard VaultCommand.exitCode(for: error) == .success else {
        throw VaultError(.invalidInput, usage(message, arguments))
      }
      try output.write(message + "\n")
      return .done
    }
  }

  /// What is wrong with a command line, without a password that may be in it.
  private func usage(_ message: String, _ arguments: [String]) -> String {
    let values = arguments.compactMap { word -> Substring? in
      if word.hasPrefix("--password"), let equals = word.firstIndex(of: "=") {
        return word[word.index(after: equals)...]
      }
      return word.hasPrefix("-p") ? word.dropFirst(2) : nil
    }
    if values.contains(where: { !$0.isEmpty && message.contains($0) }) {
      return
        "the command line is not valid; it is not repeated because it may hold a password: see "
        + "'\(programName) registry login --help'"
    }
    return message.hasPrefix("Error: ") ? String(message.dropFirst("Error: ".count)) : message
  }
}
