/** A failed invocation, as Lambda tells its caller and writes it into the function's log. */
export interface LambdaError {
  readonly errorType: string
  readonly errorMessage: string
  readonly trace?: readonly string[]
}

/** What was thrown in a handler, in Lambda's form. */
export function lambdaError(thrown: unknown): LambdaError {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown) }
  return {
    errorType: thrown.name,
    errorMessage: thrown.message,
    trace: (thrown.stack ?? '').split('\n'),
  }
}

/** An error of the Lambda runtime itself; its name is the `errorType` that callers see. */
export function runtimeError(name: string, message: string, cause?: unknown): Error {
  const error = new Error(message, { cause })
  error.name = `Runtime.${name}`
  return error
}
