internal import SealedFormat
internal import Glibc

/// The environment of a program, as bytes, because variables need not be text.
package struct ProgramVariables: Sendable {
  /// Each is `NAME=VALUE` and a NUL.
  private(set) var variables: [[CChar]]

  /// The variables with these names and values.
  package init(_ values: [String: String]) {
    variables = values.map { Array("\($0)=\($1)".utf8CString) }
  }

  /// Copies the variables that a process has, which only the top layer reads.
  ///
  /// - Parameter list: The process's `environ`.
  @unsafe
  package init(copying list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) {
    variables = []
    var place = 0
    while let variable = unsafe list?[place] {
      let bytes = unsafe UnsafeBufferPointer(start: variable, count: strlen(variable) + 1)
      unsafe variables.append(Array(bytes))
      place += 1
    }
  }

  /// The same without some variables.
  package func removing(_ names: [String]) -> ProgramVariables {
    let names = names.map { Array($0.utf8) }
    return filtered { !names.contains($0) }
  }

  /// The same with no others than these.
  package func keeping(_ names: [String]) -> ProgramVariables {
    let names = names.map { Array($0.utf8) }
    return filtered { names.contains($0) }
  }

  /// The same with these values, instead of others of the same names.
  package func setting(_ values: [String: String]) -> ProgramVariables {
    var result = removing(Array(values.keys))
    result.variables += ProgramVariables(values).variables
    return result
  }

  private func filtered(_ isKept: ([UInt8]) -> Bool) -> ProgramVariables {
    var result = self
    result.variables.removeAll { variable in
      let name = variable.prefix { $0 != CChar(UInt8(ascii: "=")) }
      return !isKept(name.map { UInt8(bitPattern: $0) })
    }
    return result
  }
}
