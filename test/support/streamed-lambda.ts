import { once } from 'node:events'
import { PassThrough, type Writable } from 'node:stream'
import type { Context } from 'aws-lambda'

/** What a streaming function sent, as its caller sees it. */
export interface StreamedAnswer {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  /** The body as it comes; errors when it was cut off. */
  readonly body: PassThrough
  /** Settles when the function has returned; rejects as it did. */
  readonly returned: Promise<void>
}

type StreamingFunction = (event: unknown, stream: Writable, context: Context) => Promise<void>

/** What stands in for `awslambda`, with the head noted on the stream that it was written to. */
interface HeadedStream extends PassThrough {
  head?: Pick<StreamedAnswer, 'statusCode' | 'headers'>
}

/** Lets a streaming function be made outside Lambda, whose global it is wrapped by. */
export function provideStreaming(): void {
  Object.assign(globalThis, {
    awslambda: {
      streamifyResponse: (handler: StreamingFunction) => handler,
      HttpResponseStream: {
        from(stream: HeadedStream, head: NonNullable<HeadedStream['head']>) {
          stream.head = head
          stream.emit('head')
          return stream
        },
      },
    },
  })
}

/** Calls a streaming function, and answers as soon as its head has come. */
export async function callStreaming(
  handler: unknown,
  event: unknown,
  remainingMs = 60_000,
): Promise<StreamedAnswer> {
  const stream: HeadedStream = new PassThrough()
  const context = { getRemainingTimeInMillis: () => remainingMs } as Context
  const head = once(stream, 'head')
  const returned = (handler as StreamingFunction)(event, stream, context)
  // Whoever looks at `returned` sees the failure; without this it would also be an unhandled one.
  returned.catch(() => undefined)
  await Promise.race([head, returned])
  if (!stream.head) throw new Error('The function returned without a head')
  return { ...stream.head, body: stream, returned }
}

/** The whole body as text; rejects when it was cut off. */
export async function textOf(answer: StreamedAnswer): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of answer.body) chunks.push(chunk as Buffer)
  await answer.returned
  return Buffer.concat(chunks).toString('utf8')
}
