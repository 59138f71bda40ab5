import Compat

extension HelperHint {
  /// The hint as a sentence, without a final full stop.
  func words(_ program: String) -> String {
    switch self {
    case .plaintext(let path, let names):
      "\(path) holds \(Plural.logins(names.count)) in the clear (\(Plural.names(names))), which "
        + "\(names.count == 1 ? "is" : "are") no longer read: take "
        + "\(names.count == 1 ? "it" : "them") over with '\(program) migrate'"
    case .otherHelpers(let path, let servers):
      "\(path) names a helper of its own for \(Plural.names(servers)) under credHelpers, and that one is "
        + "asked instead"
    case .unasked(let helper, let path, let servers):
      "the helper \(helper) that \(path) names\(servers.isEmpty ? "" : " for " + Plural.names(servers)) "
        + "is no longer asked: log in again, so that the vault has what it keeps"
    case .byteOrderMark(let path):
      "\(path) begins with a byte order mark, so docker refuses to read it: save it without one"
    case .override(let variable):
      "\(variable) is set: what it names is taken instead of the vault's login"
    case .hidden(let path, let own, let names):
      "Apptainer does not read \(path) because \(own) exists: the logins in it "
        + "(\(Plural.names(names))) reach it only by '\(program) migrate'"
    case .laterDropIn(let path):
      "\(path) is read later and names credential-helpers too, so it wins: remove that line"
    }
  }
}
