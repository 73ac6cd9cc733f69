export interface FunctionLogOptions {
  /**
   * Lets the function's role do what Lambda does in its name to write the log.
   *
   * @throws AwsError where the role may not
   */
  authorize(action: 'CreateLogStream' | 'PutLogEvents'): Promise<void>
  write(text: string): void
  /** Told once of why nothing is written: on AWS nobody is. */
  onRefused(why: string): void
}

/**
 * Writes a function's lines, one after the other, as Lambda does: in the function's name, and none
 * where its role may not.
 *
 * @see [Permissions](https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html)
 */
export function functionLog({ authorize, write, onRefused }: FunctionLogOptions) {
  let streamed: Promise<void> | undefined
  let written = Promise.resolve()
  let isRefused = false

  const put = async (text: string) => {
    try {
      streamed ??= authorize('CreateLogStream')
      await streamed
      await authorize('PutLogEvents')
      write(text)
    } catch (error) {
      if (!isRefused) onRefused(error instanceof Error ? error.message : String(error))
      isRefused = true
    }
  }
  return (text: string): void => {
    written = written.then(() => put(text))
  }
}
