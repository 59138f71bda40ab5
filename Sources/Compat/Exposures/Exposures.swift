package import SealedFormat
package import Vault

/// The files of other programs that hold secrets in plaintext.
///
/// This is the one answer to "what is in plaintext, and where", behind migrate, the warnings of list,
/// doctor and the hints about helpers.
package struct Exposures {
  /// A file, or a login in it, that is left as it is, and why.
  package struct Refusal: Sendable {
    package let path: String
    package let error: VaultError
  }

  /// The files with a login in plaintext, each once.
  package let files: [PlaintextFile]
  /// Files that cannot be read or edited, and logins that cannot be taken over.
  package let refusals: [Refusal]
  /// What is odd in the files but does no harm.
  package let warnings: [String]
  /// What stays as it is although nothing is wrong with it, and why.
  package let notes: [String]

  /// Looks in all known places.
  package init(in environment: Environment) {
    let foreign = ClientPlaces(environment).foreignRuntimeFolder.map {
      "\($0.escapingControls), which XDG_RUNTIME_DIR names, belongs to another user: not looked at"
    }
    self.init(of: PlaintextPlace.all(in: environment), notes: foreign.map { [$0] } ?? [])
  }

  /// Reads the files of these places; a place without a file is passed over.
  package init(of places: [PlaintextPlace]) { self.init(of: places, notes: []) }

  private init(of places: [PlaintextPlace], notes: [String]) {
    var notes = notes
    var files: [PlaintextFile] = []
    var refusals: [Refusal] = []
    var warnings: [String] = []
    for place in places {
      do throws(VaultError) {
        guard let file = try PlaintextFile.read(place),
          !files.contains(where: { $0.path == file.path })
        else { continue }
        refusals += file.faults.map { Refusal(path: place.path, error: $0) }
        warnings += file.warnings
        notes += file.notes
        guard !file.names.isEmpty else { continue }
        if place.file.path != place.path {
          warnings.append("\(place.path) is a link to \(file.path)")
        }
        files.append(file)
      } catch {
        refusals.append(Refusal(path: place.path, error: error))
      }
    }
    self.files = files
    self.refusals = refusals
    self.warnings = warnings
    self.notes = notes
  }

  /// The files that a program reads.
  func files(readBy program: PlaintextPlace.Program) -> [PlaintextFile] {
    files.filter { $0.place.readers.contains(program) }
  }
}
