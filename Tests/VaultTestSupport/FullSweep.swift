/// The choice between all cases, which take minutes, and a sample of them.
package enum FullSweep {
  /// True if `VAULT_FULL_SWEEP=1` is set, as `make check-long` does.
  package static let isOn = Command.testEnvironment["VAULT_FULL_SWEEP"] == "1"

  /// The number of cases to try, reported in the output unless it is all of them.
  package static func cases(of all: Int, sample: Int, _ name: String) -> Int {
    if isOn { return all }
    print("\(name): \(sample) of \(all) cases; VAULT_FULL_SWEEP=1 tries all")
    return sample
  }
}
