internal import SealedFormat

extension HTTPResponse {
  /// Whether the server says that it is busy, so that asking again later may help.
  var isBusy: Bool { status == 429 || status == 503 }

  /// The pause that the server wants before the next try (RFC 9110, section 10.2.3), if it says so.
  ///
  /// A time of day is compared with the server's own clock, which the same answer gives.
  var wantedPause: Duration? {
    guard let text = first("retry-after") else { return nil }
    if text.isDigits, let seconds = UInt32(text) {
      return .seconds(Int64(seconds))
    }
    guard let then = HTTPDate.seconds(text), let now = first("date").flatMap(HTTPDate.seconds)
    else { return nil }
    return .seconds(max(0, then - now))
  }

  /// The end of a message about an answer from a busy server.
  var pauseHint: String {
    guard isBusy, let pause = wantedPause else { return "" }
    return "; it wants a pause of \(pause.components.seconds) s"
  }

  /// The first header line of a name in lower case.
  func first(_ name: String) -> String? { fields.first { $0.name == name }?.value }
}

/// A time as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`; its two older forms are obsolete.
enum HTTPDate {
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// Seconds since 1970, or nil if it is not such a time.
  static func seconds(_ text: String) -> Int64? {
    let words = text.split(separator: " ")
    guard words.count == 6, words[5] == "GMT", words[1].utf8.count == 2, let day = Int64(words[1]),
      (1...31).contains(day), let month = months.firstIndex(where: { $0 == words[2] }),
      words[3].utf8.count == 4, let year = Int64(words[3]), year >= 1970
    else { return nil }
    let clock = words[4].split(separator: ":", omittingEmptySubsequences: false)
    guard clock.count == 3, let hour = UInt8(clock[0]), hour < 24, let minute = UInt8(clock[1]),
      minute < 60, let second = UInt8(clock[2]), second <= 60
    else { return nil }
    // Count days since 1970 in years that begin with March, so that the leap day is the last.
    let shifted = month < 2 ? year - 1 : year
    let yearDay = (153 * Int64((month + 10) % 12) + 2) / 5 + day - 1
    let days = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + yearDay - 719_468
    return days * 86_400 + Int64(hour) * 3600 + Int64(minute) * 60 + Int64(second)
  }
}
