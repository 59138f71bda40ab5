extension String {
  /// The text as it may be shown: without secrets of addresses, and with control characters written
  /// out.
  ///
  /// All that the programs print for people passes through here, line by line.
  package var shown: String { hidingSecretsOfAddresses.escapingControls }

  /// The text with control and invisible characters written out, so that a name from outside cannot
  /// steer a terminal, forge a line or look like another name.
  ///
  /// To escape twice changes nothing more.
  package var escapingControls: String {
    guard unicodeScalars.contains(where: \.needsEscape) else { return self }
    var shown = ""
    for scalar in unicodeScalars {
      if scalar.needsEscape {
        shown += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        shown.unicodeScalars.append(scalar)
      }
    }
    return shown
  }

  /// A JSON text of ours with the same characters written as JSON's own escapes.
  ///
  /// Line feeds stay, because within a string JSON has none.
  package var escapingControlsInJSON: String {
    guard unicodeScalars.contains(where: { $0 != "\n" && $0.needsEscape }) else { return self }
    var shown = ""
    for scalar in unicodeScalars {
      if scalar != "\n", scalar.needsEscape {
        shown += scalar.jsonEscape
      } else {
        shown.unicodeScalars.append(scalar)
      }
    }
    return shown
  }
}

extension Unicode.Scalar {
  /// Whether it is a control, changes the direction of text, breaks a line, or is invisible.
  package var needsEscape: Bool {
    if isASCII { return value < 0x20 || value == 0x7f }
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: return true
    default: return properties.isDefaultIgnorableCodePoint || properties.isNoncharacterCodePoint
    }
  }

  /// `\uXXXX`, twice beyond the Basic Multilingual Plane (RFC 8259, section 7).
  var jsonEscape: String {
    UTF16.encode(self)?.map { unit in
      let digits = String(unit, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }.joined() ?? ""
  }
}
