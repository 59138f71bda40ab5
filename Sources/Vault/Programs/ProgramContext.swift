/// What a program gets from the process that runs it to open a vault.
package struct ProgramContext: Sendable {
  /// Has PATH and the working folder.
  package let environment: Environment
  /// The variables of the process; called only if a program is run.
  let variables: @Sendable () -> ProgramVariables
  /// How long a program may take, or a person who is asked.
  let timeout: Duration

  package init(
    environment: Environment, timeout: Duration = .seconds(60),
    variables: @escaping @Sendable () -> ProgramVariables
  ) {
    self.environment = environment
    self.timeout = timeout
    self.variables = variables
  }
}
