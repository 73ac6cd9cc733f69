import * as z from 'zod'
import type { QueueDefinition } from '#local/aws/sqs.ts'
import type { LambdaFunction } from './lambda-function.ts'

/** An event source mapping: a function takes what is in a queue. */
export interface QueueMapping {
  /** The function's logical id: Lambda reads the queue in the function's own name. */
  readonly caller: string
  readonly functionArn: string
  readonly queue: QueueDefinition
  readonly batchSize: number
  /** The function says which messages it failed at; else it is all of a batch or none. */
  readonly reportsFailures: boolean
}

export interface QueuePollerOptions {
  readonly mappings: readonly QueueMapping[]
  readonly functions: readonly LambdaFunction[]
  readonly region: string
  readonly visibleMessages: (queueUrl: string) => number
  /** An AWS call in the function's name, which is judged by the policies of its role. */
  readonly call: (
    caller: string,
    service: string,
    action: string,
    input: Readonly<Record<string, unknown>>,
  ) => Promise<object>
  /** Hears why a queue is not read, or a message not deleted. */
  readonly onLost: (functionArn: string, reason: string) => void
}

/** How often a queue is looked at. */
const LOOK_MS = 100
/** Batches of one queue that its function has at once. */
const MOST_BATCHES = 5

const received = z.object({
  Messages: z
    .array(
      z.object({
        MessageId: z.string(),
        ReceiptHandle: z.string(),
        Body: z.string(),
        MD5OfBody: z.string(),
        Attributes: z.record(z.string(), z.string()),
      }),
    )
    .default([]),
})
type Message = z.output<typeof received>['Messages'][number]

const batchResponse = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish(),
})

/**
 * Lambda's reading of queues: batches as they come, deleted when the function has taken them. What
 * it failed at is left in the queue, hidden for as long as the queue or the function itself says.
 *
 * @see [Lambda with SQS](https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html)
 */
export function queuePoller(options: QueuePollerOptions): { close(): void } {
  const { mappings, region, call, visibleMessages, onLost } = options

  async function run(mapping: QueueMapping, lambda: LambdaFunction): Promise<void> {
    const { caller, queue, batchSize, reportsFailures } = mapping
    const QueueUrl = queue.url
    const answer = await call(caller, 'sqs', 'ReceiveMessage', {
      QueueUrl,
      MaxNumberOfMessages: batchSize,
      MessageSystemAttributeNames: ['All'],
    })
    const { Messages: messages } = received.parse(answer)
    if (messages.length === 0) return

    const Records = messages.map((message) => record(message, queue.arn, region))
    const result = await lambda.invoke(JSON.stringify({ Records }))
    if (result.kind !== 'payload') return
    const failed = reportsFailures ? failedIds(result.payload, messages) : []
    for (const { MessageId, ReceiptHandle } of messages) {
      if (failed.includes(MessageId)) continue
      await call(caller, 'sqs', 'DeleteMessage', { QueueUrl, ReceiptHandle })
    }
  }

  const running = new Map<QueueMapping, number>()
  const look = (mapping: QueueMapping, lambda: LambdaFunction) => {
    const batches = running.get(mapping) ?? 0
    if (batches >= MOST_BATCHES || visibleMessages(mapping.queue.url) === 0) return
    running.set(mapping, batches + 1)
    run(mapping, lambda)
      .catch((error: unknown) => onLost(mapping.functionArn, String(error)))
      .finally(() => running.set(mapping, (running.get(mapping) ?? 1) - 1))
  }

  const clocks = mappings.map((mapping) => {
    const lambda = options.functions.find(({ arn }) => arn === mapping.functionArn)
    if (!lambda) throw new Error(`Function not found: ${mapping.functionArn}`)
    // Lambda asks so when a mapping is made, and makes none where it is refused.
    call(mapping.caller, 'sqs', 'GetQueueAttributes', {
      QueueUrl: mapping.queue.url,
      AttributeNames: ['QueueArn'],
    }).catch((error: unknown) => onLost(mapping.functionArn, String(error)))
    return setInterval(() => look(mapping, lambda), LOOK_MS).unref()
  })
  return {
    close() {
      for (const clock of clocks) clearInterval(clock)
    },
  }
}

function record(message: Message, eventSourceARN: string, awsRegion: string) {
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes,
    messageAttributes: {},
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN,
    awsRegion,
  }
}

/** All of them where the function's answer says nothing that Lambda understands. */
function failedIds(payload: string, messages: readonly Message[]): readonly string[] {
  const all = messages.map(({ MessageId }) => MessageId)
  let answer: unknown
  try {
    answer = JSON.parse(payload)
  } catch {
    return all
  }
  // Nothing at all is a success, as an empty list is.
  if (answer === null || answer === undefined) return []
  const parsed = batchResponse.safeParse(answer)
  if (!parsed.success) return all
  const failed = (parsed.data.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier)
  return failed.every((id) => all.includes(id)) ? failed : all
}
