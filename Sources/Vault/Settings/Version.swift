internal import SealedFormat

/// The version of these programs.
package let programVersion = "0.2.0"
