import Compat
import SealedFormat
import Vault

extension MigrationDialog {
  /// Lets the user confirm, unless `--yes` has done so.
  ///
  /// - Throws: `refused` with this message if the answer is not yes.
  func confirm(_ question: String, refusal: String) throws(VaultError) {
    guard !request.isConfirmed else { return }
    guard let isConfirmed = try session.isConfirmed(question) else {
      throw VaultError(
        .invalidInput,
        "there is no terminal to confirm on: give --yes, or --dry-run to see the plan only")
    }
    guard isConfirmed else { throw VaultError(.refused, refusal) }
  }

  /// Which of several secrets is kept, by its index; nil leaves the login as it is.
  func choose(of login: String, among names: [String]) throws(VaultError) -> Int? {
    let list = names.enumerated().map { "[\($0 + 1)] \($1)" }.joined(separator: ", ")
    let answer = try session.answer(
      to: "There are several secrets for \(login): \(list). Keep which? [1-\(names.count), Enter "
        + "leaves them as they are]")
    guard let number = answer.flatMap({ Int($0) }), (1...names.count).contains(number) else {
      return nil
    }
    return number - 1
  }
}
