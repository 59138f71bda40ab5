import Vault

/// The name by which this program was called, for usage and help.
let calledName = OwnProgram.calledName
