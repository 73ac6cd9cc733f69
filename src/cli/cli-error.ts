/** Why a command ends without having done its work, for the person who gave it. */
export class CliError extends Error {
  override readonly name = 'CliError'
  /** 1: the work failed. 2: the command was not understood. */
  readonly exitCode: 1 | 2

  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message)
    this.exitCode = exitCode
  }
}
