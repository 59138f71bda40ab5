import ArgumentParser

/// Where logins are kept, as `--store` names it.
enum StoreChoice: String, ExpressibleByArgument, CaseIterable {
  /// The sealed vault file.
  case sealed
  /// The desktop keyring.
  case secretService = "secret-service"
  /// Apptainer's remote.yaml, unencrypted.
  case remoteYAML = "remote-yaml"
  /// Apptainer's own files, as its own login fills them, unencrypted.
  case apptainer
}
