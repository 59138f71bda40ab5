internal import SealedFormat

/// The environment variables that a program was started with, as a value.
///
/// Only the top layer reads the process's environment; a variable of ours names a file and never holds a
/// secret.
package struct Environment: Sendable {
  /// The variables that opening a vault reads.
  package static let names = [
    "HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "VAULT_FILE", "VAULT_KEY_FILE",
    "VAULT_PASSPHRASE_FILE", "VAULT_KEY_COMMAND", "CREDENTIALS_DIRECTORY", "XDG_RUNTIME_DIR",
    "DBUS_SESSION_BUS_ADDRESS", "PATH", "SSH_AUTH_SOCK", lentFolderName,
  ]

  /// The variable that names a folder of lent logins.
  package static let lentFolderName = "VAULT_LENT"

  private let values: [String: String]
  /// The absolute path that relative paths are meant from.
  package let workingFolder: String

  /// Makes an environment.
  ///
  /// - Parameters:
  ///   - values: The variables.
  ///   - workingFolder: An absolute path.
  package init(_ values: [String: String], workingFolder: String) {
    self.values = values
    self.workingFolder = workingFolder
  }

  /// A variable, or nil where it is not set or empty.
  ///
  /// - Parameter name: Its name.
  package subscript(name: String) -> String? {
    guard let value = values[name], !value.isEmpty else { return nil }
    return value
  }

  /// The folder of the logins that this process was lent; nil if it was lent none.
  package var lentFolder: String? { self[Self.lentFolderName] }

  /// A path that may be relative, as an absolute one.
  ///
  /// - Parameter path: The path as written.
  /// - Returns: The path from the root.
  package func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    return workingFolder == "/" ? "/" + path : workingFolder + "/" + path
  }

  /// The home folder: `$HOME`, not the passwd entry, which is another in rootless containers.
  ///
  /// - Throws: `configuration` where HOME is not set to an absolute path.
  package var home: String {
    get throws(VaultError) {
      guard let home = self["HOME"], home.hasPrefix("/") else {
        throw VaultError(
          .configuration, "HOME is not set to a folder", remedy: .nameFiles)
      }
      return home
    }
  }

  /// A folder of the XDG base directory specification, which has relative values ignored.
  private func baseFolder(_ variable: String, default fallback: String) throws(VaultError) -> String
  {
    if let folder = self[variable], folder.hasPrefix("/") { return folder }
    return try home + "/" + fallback
  }

  /// Where the sealed vault lies unless an option says otherwise.
  ///
  /// - Throws: `configuration` where HOME is needed and not set.
  package var vaultFile: String {
    get throws(VaultError) {
      if let file = self["VAULT_FILE"] { return absolute(file) }
      return try baseFolder("XDG_DATA_HOME", default: ".local/share") + "/vault/vault.sealed"
    }
  }

  /// The folder of what this host remembers.
  ///
  /// - Throws: `configuration` where HOME is needed and not set.
  package var stateFolder: String {
    get throws(VaultError) {
      try baseFolder("XDG_STATE_HOME", default: ".local/state") + "/vault"
    }
  }

  /// Where the settings lie.
  ///
  /// - Throws: `configuration` where HOME is needed and not set.
  package var settingsFile: String {
    get throws(VaultError) {
      try baseFolder("XDG_CONFIG_HOME", default: ".config") + "/vault/config"
    }
  }
}
