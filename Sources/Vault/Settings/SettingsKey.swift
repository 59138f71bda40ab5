package import SealedFormat

extension Settings {
  /// The keys of the settings file.
  package enum Key: String, CaseIterable, Sendable {
    case keyFile = "key-file"
    case unlockTimeout = "unlock.timeout"
    case helperWhenLocked = "helper.when-locked"
    case store
    case keyringTimeout = "secret-service.timeout"
  }
}

extension Settings.Key {
  /// The values that the key takes, for messages.
  package var allowed: String {
    switch self {
    case .keyFile: "an absolute path, or one that begins with ~/"
    case .unlockTimeout: "a duration from 1s to 30d, such as 90s, 30m, 8h or 1d"
    case .helperWhenLocked: "fail or anonymous"
    case .store: "sealed or secret-service"
    case .keyringTimeout: "a duration from 50ms to 5m, such as 500ms, 3s or 1m"
    }
  }

  /// The durations that the key takes; nil if its value is not a duration.
  private var durations: ClosedRange<Duration>? {
    switch self {
    case .unlockTimeout: .seconds(1) ... .seconds(30 * 86400)
    case .keyringTimeout: .milliseconds(50) ... .seconds(300)
    case .keyFile, .helperWhenLocked, .store: nil
    }
  }

  /// Reads a duration that this key takes.
  ///
  /// - Throws: `invalidInput` with the durations that it takes.
  package func duration(_ text: String) throws(VaultError) -> Duration {
    guard let duration = Duration(text), durations?.contains(duration) == true else {
      throw refusal(text)
    }
    return duration
  }

  /// What to say of a value that the key does not take.
  package func refusal(_ value: String) -> VaultError {
    VaultError(.invalidInput, "\(rawValue) takes \(allowed), not \"\(value.escapingControls)\"")
  }
}

extension Duration {
  /// Reads a number and a unit: `ms`, `s`, `m`, `h` or `d`.
  ///
  /// Nil for anything else.
  fileprivate init?(_ text: String) {
    let digits = text.utf8.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    let units: [String: Duration] = [
      "ms": .milliseconds(1), "s": .seconds(1), "m": .seconds(60), "h": .seconds(3600),
      "d": .seconds(86400),
    ]
    // Ten digits at most, so the product cannot overflow.
    guard let number = UInt32(String(decoding: digits, as: UTF8.self)),
      let unit = units[String(text.dropFirst(digits.count))]
    else { return nil }
    self = unit * Int(number)
  }
}
