/// Numbers and lists in words.
enum Plural {
  static func logins(_ count: Int) -> String { count == 1 ? "one login" : "\(count) logins" }
  static func files(_ count: Int) -> String { count == 1 ? "one file" : "\(count) files" }

  /// The names of logins or servers; a file may hold thousands, so only the first are named.
  static func names(_ words: [String]) -> String {
    let most = 10
    guard words.count > most + 1 else { return list(words) }
    return words.prefix(most).joined(separator: ", ") + " and \(words.count - most) others"
  }

  static func list(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " and " + last
  }
}
