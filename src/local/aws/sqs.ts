import { createHash, randomUUID } from 'node:crypto'
import * as z from 'zod'
import { stateFile } from '#local/state-file.ts'
import { AwsError } from './aws-error.ts'
import { type AwsService, operation } from './aws-service.ts'

/** A standard queue. */
export interface QueueDefinition {
  readonly url: string
  readonly arn: string
  /** How long a message that was received is hidden from others, in seconds. */
  readonly visibilityTimeout: number
  /** How long a message is kept, in seconds. */
  readonly retentionPeriod: number
  /** Where a message goes that was received too often. */
  readonly redrive?: { readonly deadLetterArn: string; readonly maxReceiveCount: number }
}

const ATTRIBUTE = z.strictObject({
  DataType: z.enum(['String', 'Number']),
  StringValue: z.string().min(1),
})
const ATTRIBUTES = z.record(z.string(), ATTRIBUTE).default({})

interface Message {
  readonly id: string
  readonly body: string
  readonly attributes: z.output<typeof ATTRIBUTES>
  readonly sentAtMs: number
  readonly receiptHandle?: string
  readonly hiddenUntilMs: number
  readonly received: number
  readonly firstReceivedAtMs?: number
}

export interface Sqs {
  readonly service: AwsService
  /** How many messages of a queue nothing hides. */
  visible(queueUrl: string): number
}

/** A message's largest size with its attributes, in bytes. */
const MAX_BYTES = 1_048_576

/**
 * SQS: standard queues, as much of it as sending, reading and deleting takes, and dead letters. It
 * does not wait for messages (long polling), nor deliver any twice by itself.
 */
export function sqsService(queues: readonly QueueDefinition[], file?: string): Sqs {
  const kept = stateFile<readonly Message[]>(file)

  const find = (url: string): QueueDefinition => {
    const queue = queues.find((candidate) => candidate.url === url)
    if (queue) return queue
    throw new AwsError('com.amazonaws.sqs#QueueDoesNotExist', 'The specified queue does not exist.')
  }
  const messagesOf = ({ arn, retentionPeriod }: QueueDefinition): readonly Message[] =>
    (kept.get(arn) ?? []).filter(({ sentAtMs }) => Date.now() - sentAtMs < retentionPeriod * 1_000)

  /** Takes what was received too often to the dead letters, as SQS does when it would be received again. */
  const redrive = (queue: QueueDefinition, now: number): void => {
    const { deadLetterArn, maxReceiveCount = Number.POSITIVE_INFINITY } = queue.redrive ?? {}
    const dead = queues.find(({ arn }) => arn === deadLetterArn)
    const isDead = ({ received, hiddenUntilMs }: Message) =>
      received >= maxReceiveCount && hiddenUntilMs <= now
    const all = messagesOf(queue)
    if (!dead || !all.some(isDead)) return
    kept.set(dead.arn, [...messagesOf(dead), ...all.filter(isDead)])
    kept.set(
      queue.arn,
      all.filter((message) => !isDead(message)),
    )
  }

  const service: AwsService = {
    SendMessage: operation(
      z.object({
        QueueUrl: z.string(),
        MessageBody: z.string().min(1),
        MessageAttributes: ATTRIBUTES,
      }),
      ({ QueueUrl, MessageBody: body, MessageAttributes: attributes }) => {
        const queue = find(QueueUrl)
        if (Buffer.byteLength(body + JSON.stringify(attributes)) > MAX_BYTES) {
          throw new AwsError(
            'com.amazonaws.sqs#InvalidParameterValue',
            `One or more parameters are invalid. Reason: Message must be shorter than ${MAX_BYTES} bytes.`,
          )
        }
        const message: Message = {
          id: randomUUID(),
          body,
          attributes,
          sentAtMs: Date.now(),
          hiddenUntilMs: 0,
          received: 0,
        }
        kept.set(queue.arn, [...messagesOf(queue), message])
        return {
          MessageId: message.id,
          MD5OfMessageBody: md5(body),
          ...md5OfAttributes(attributes),
        }
      },
    ),

    ReceiveMessage: operation(
      z.object({
        QueueUrl: z.string(),
        MaxNumberOfMessages: z.int().min(1).max(10).default(1),
        MessageAttributeNames: z.array(z.string()).default([]),
        MessageSystemAttributeNames: z.array(z.literal('All')).default([]),
        VisibilityTimeout: z.int().min(0).max(43_200).optional(),
        WaitTimeSeconds: z.int().min(0).max(20).default(0),
      }),
      (input) => {
        const queue = find(input.QueueUrl)
        const now = Date.now()
        redrive(queue, now)
        const hiddenMs = (input.VisibilityTimeout ?? queue.visibilityTimeout) * 1_000
        const all = messagesOf(queue)
        const taken = all
          .filter(({ hiddenUntilMs }) => hiddenUntilMs <= now)
          .slice(0, input.MaxNumberOfMessages)
          .map((message) => ({
            ...message,
            receiptHandle: randomUUID(),
            hiddenUntilMs: now + hiddenMs,
            received: message.received + 1,
            firstReceivedAtMs: message.firstReceivedAtMs ?? now,
          }))
        kept.set(
          queue.arn,
          all.map((message) => taken.find(({ id }) => id === message.id) ?? message),
        )
        if (taken.length === 0) return {}
        const isAsked = (name: string) =>
          input.MessageAttributeNames.some((asked) => asked === 'All' || asked === name)
        return {
          Messages: taken.map((message) => {
            const { id, receiptHandle, body, attributes } = message
            const asked = Object.entries(attributes).filter(([name]) => isAsked(name))
            return {
              MessageId: id,
              ReceiptHandle: receiptHandle,
              Body: body,
              MD5OfBody: md5(body),
              ...(input.MessageSystemAttributeNames.length > 0 && {
                Attributes: systemAttributes(message),
              }),
              ...(asked.length > 0 && {
                MessageAttributes: Object.fromEntries(asked),
                ...md5OfAttributes(Object.fromEntries(asked)),
              }),
            }
          }),
        }
      },
    ),

    ChangeMessageVisibility: operation(
      z.object({
        QueueUrl: z.string(),
        ReceiptHandle: z.string(),
        VisibilityTimeout: z.int().min(0).max(43_200),
      }),
      ({ QueueUrl, ReceiptHandle, VisibilityTimeout }) => {
        const queue = find(QueueUrl)
        const all = messagesOf(queue)
        if (!all.some(({ receiptHandle }) => receiptHandle === ReceiptHandle)) {
          throw new AwsError(
            'com.amazonaws.sqs#InvalidParameterValue',
            'The receipt handle is not that of a message that is in flight.',
          )
        }
        const hiddenUntilMs = Date.now() + VisibilityTimeout * 1_000
        kept.set(
          queue.arn,
          all.map((message) =>
            message.receiptHandle === ReceiptHandle ? { ...message, hiddenUntilMs } : message,
          ),
        )
        return {}
      },
    ),

    GetQueueAttributes: operation(
      z.object({ QueueUrl: z.string(), AttributeNames: z.tuple([z.literal('QueueArn')]) }),
      ({ QueueUrl }) => ({ Attributes: { QueueArn: find(QueueUrl).arn } }),
    ),

    DeleteMessage: operation(
      z.object({ QueueUrl: z.string(), ReceiptHandle: z.string() }),
      ({ QueueUrl, ReceiptHandle }) => {
        const queue = find(QueueUrl)
        const rest = messagesOf(queue).filter(
          ({ receiptHandle }) => receiptHandle !== ReceiptHandle,
        )
        kept.set(queue.arn, rest)
        return {}
      },
    ),
  }
  return {
    service,
    visible(queueUrl) {
      const now = Date.now()
      return messagesOf(find(queueUrl)).filter(({ hiddenUntilMs }) => hiddenUntilMs <= now).length
    },
  }
}

function systemAttributes({ received, sentAtMs, firstReceivedAtMs }: Message) {
  return {
    ApproximateReceiveCount: String(received),
    SentTimestamp: String(sentAtMs),
    SenderId: 'AIDALOCAL',
    ApproximateFirstReceiveTimestamp: String(firstReceivedAtMs),
  }
}

function md5(text: string | Buffer): string {
  return createHash('md5').update(text).digest('hex')
}

/** @see [Calculating the MD5](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation) */
function md5OfAttributes(attributes: z.output<typeof ATTRIBUTES>) {
  const names = Object.keys(attributes).toSorted()
  if (names.length === 0) return {}
  const parts = names.flatMap((name) => {
    const { DataType, StringValue } = attributes[name] ?? { DataType: '', StringValue: '' }
    return [withLength(name), withLength(DataType), Buffer.of(1), withLength(StringValue)]
  })
  return { MD5OfMessageAttributes: md5(Buffer.concat(parts)) }
}

function withLength(text: string): Buffer {
  const bytes = Buffer.from(text)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
