/** What an AWS service answers when it refuses a call: its error type, status and message. */
export class AwsError extends Error {
  override readonly name = 'AwsError'
  readonly type: string
  readonly status: number
  /** Members of the error beside its message: the item of a failed condition. */
  readonly fields: Readonly<Record<string, unknown>>

  constructor(
    type: string,
    message: string,
    { status = 400, fields = {} }: { status?: number; fields?: Record<string, unknown> } = {},
  ) {
    super(message)
    this.type = type
    this.status = status
    this.fields = fields
  }
}
