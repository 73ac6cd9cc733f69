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
}

/** A message's largest size with its attributes, in bytes. */
const MAX_BYTES = 1_048_576

/**
 * SQS: standard queues, as much of it as sending, reading and deleting takes. It does not wait for
 * messages (long polling), nor deliver any twice by itself.
 */
export function sqsService(queues: readonly QueueDefinition[], file?: string): AwsService {
  const kept = stateFile<readonly Message[]>(file)

  const find = (url: string): QueueDefinition => {
    const queue = queues.find((candidate) => candidate.url === url)
    if (queue) return queue
    throw new AwsError('com.amazonaws.sqs#QueueDoesNotExist', 'The specified queue does not exist.')
  }
  const messagesOf = ({ arn, retentionPeriod }: QueueDefinition): readonly Message[] =>
    (kept.get(arn) ?? []).filter(({ sentAtMs }) => Date.now() - sentAtMs < retentionPeriod * 1_000)

  return {
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
        VisibilityTimeout: z.int().min(0).max(43_200).optional(),
        WaitTimeSeconds: z.int().min(0).max(20).default(0),
      }),
      (input) => {
        const queue = find(input.QueueUrl)
        const now = Date.now()
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
          }))
        kept.set(
          queue.arn,
          all.map((message) => taken.find(({ id }) => id === message.id) ?? message),
        )
        if (taken.length === 0) return {}
        const isAsked = (name: string) =>
          input.MessageAttributeNames.some((asked) => asked === 'All' || asked === name)
        return {
          Messages: taken.map(({ id, receiptHandle, body, attributes }) => {
            const asked = Object.entries(attributes).filter(([name]) => isAsked(name))
            return {
              MessageId: id,
              ReceiptHandle: receiptHandle,
              Body: body,
              MD5OfBody: md5(body),
              ...(asked.length > 0 && {
                MessageAttributes: Object.fromEntries(asked),
                ...md5OfAttributes(Object.fromEntries(asked)),
              }),
            }
          }),
        }
      },
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
