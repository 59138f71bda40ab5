import Compat

extension HelperSetup.State {
  /// The state in a word or two.
  var word: String {
    switch self {
    case .installed: "installed"
    case .notInstalled: "not installed"
    case .other(let name): "asks \(name)"
    case .unreadable: "unreadable"
    }
  }
}

extension HelperSetup.Outcome {
  var isWarning: Bool {
    switch self {
    case .leftAlone, .failed: true
    case .made, .changed, .unchanged, .restored, .removed, .kept: false
    }
  }

  var words: String {
    switch self {
    case .made: "made: it asks the vault from now on"
    case .changed(let previous?):
      "changed: it asks the vault from now on, and no longer \(previous)"
    case .changed(nil): "changed: it asks the vault from now on"
    case .unchanged: "stays as it is"
    case .restored: "no longer asks the vault; all else is as it was"
    case .removed: "is gone, as it was ours"
    case .kept(let clients): "stays for \(clients.joined(separator: " and "))"
    case .leftAlone(let reason), .failed(_, let reason): "stays as it is: \(reason)"
    }
  }
}
