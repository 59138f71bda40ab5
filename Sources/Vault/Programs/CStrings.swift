internal import SealedFormat
internal import Glibc

/// Lends a list of C strings that ends with a null pointer, as execve(2) takes them.
///
/// - Parameter last: One more string, which is not copied because it holds a secret.
func withPointers(
  to texts: [[CChar]], and last: UnsafePointer<CChar>? = nil,
  _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Int32
) -> Int32 {
  let copies = unsafe texts.map { unsafe strdup($0) }
  defer { unsafe copies.forEach { unsafe free($0) } }
  var pointers = unsafe copies
  if let last = unsafe last { unsafe pointers.append(UnsafeMutablePointer(mutating: last)) }
  unsafe pointers.append(nil)
  return unsafe body(pointers)
}
