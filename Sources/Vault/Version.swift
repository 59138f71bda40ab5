/// The version of these programs.
public let programVersion = "0.1.0"
