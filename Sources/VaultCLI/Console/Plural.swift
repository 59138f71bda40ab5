/// Numbers and lists in words.
enum Plural {
  static func logins(_ count: Int) -> String { count == 1 ? "one login" : "\(count) logins" }
  static func files(_ count: Int) -> String { count == 1 ? "one file" : "\(count) files" }

  static func list(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " and " + last
  }
}
