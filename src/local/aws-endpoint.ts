import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { type AccessKey, accessKeys, type Caller } from './aws/access-keys.ts'
import { AwsError } from './aws/aws-error.ts'
import type { AwsService } from './aws/aws-service.ts'
import { cloudWatchLogs } from './aws/cloudwatch-logs.ts'
import { startDynamoDb, type TableDefinition } from './aws/dynamodb.ts'
import type { Json } from './aws/embedded-database.ts'
import { type BusEvent, eventBridgeService } from './aws/event-bridge.ts'
import { closeServer, listen } from './aws/http-server.ts'
import { kmsService } from './aws/kms.ts'
import { type KeyDefinition, kmsKeys } from './aws/kms-keys.ts'
import { secretsManagerService } from './aws/secrets-manager.ts'
import { authenticate } from './aws/signature.ts'
import { type QueueDefinition, sqsService } from './aws/sqs.ts'
import { accessRequests } from './iam/access-requests.ts'
import type { IamRules } from './iam/iam-rules.ts'
import { type Allowance, judgeAccess, type ResourcePolicy } from './iam/judge-access.ts'
import { lockFolder } from './lock-folder.ts'

const SERVICES: Readonly<Record<string, string>> = {
  AWSEvents: 'events',
  DynamoDB_20120810: 'dynamodb',
  Logs_20140328: 'logs',
  TrentService: 'kms',
  secretsmanager: 'secretsmanager',
  AmazonSQS: 'sqs',
}

const NO_KEY_POLICY: ResourcePolicy = { kind: 'key', statements: [] }

/** How often expired items are looked for; DynamoDB promises no time at all. */
const EXPIRY_INTERVAL_MS = 60_000

export interface AwsEndpointOptions {
  readonly tables?: readonly TableDefinition[]
  readonly keys?: readonly KeyDefinition[]
  /** The names of the event buses. */
  readonly eventBuses?: readonly string[]
  /** Is told of every event that a bus has taken. */
  readonly onEvent?: (bus: string, event: BusEvent) => void
  readonly queues?: readonly QueueDefinition[]
  /** What no SDK reaches over this address, and only {@link AwsEndpoint.call} does. */
  readonly inner?: Readonly<Record<string, AwsService>>
  /** The names of the log groups. */
  readonly logGroups?: readonly string[]
  readonly region?: string
  readonly account?: string
  readonly partition?: string
  /** What is judged; a caller without an identity is an operator, who may do everything. */
  readonly iam?: IamRules
  /** 0, the default, is any free port. */
  readonly port?: number
  /** Keeps tables, keys, secrets, queues and logs over a restart; in memory when absent. */
  readonly stateFolder?: string
  /** Told of each line that a function puts into a log group itself. */
  readonly onLogEvent?: (logGroup: string, message: string) => void
  readonly onCall?: OnAwsCall
  /** Told of each call that was refused, and why. */
  readonly onRefused?: (call: AwsCall, error: AwsError) => void
  /** Told of every call when it is judged, served or not. */
  readonly onJudged?: (call: RecordedCall) => void
}

/**
 * Told of every call, and waited for: before it is judged and served, and when it is served, before
 * its answer. Where it throws an `AwsError`, that is the answer; where it throws anything else, the
 * connection ends without one: the call, or its answer, is lost. An {@link AwsError} is the answer.
 */
export type OnAwsCall = (call: AwsCall, moment: 'before' | 'after') => void | Promise<void>

export interface AwsCall extends Caller {
  readonly service: string
  readonly action: string
  readonly input: Readonly<Record<string, unknown>>
}

/** One call as it came in, served or not. */
export interface RecordedCall {
  readonly caller: string
  readonly service: string
  readonly action: string
  /** Which statements allowed it; none for an operator's call, and for one that was refused. */
  readonly allowedBy: readonly Allowance[]
}

export interface AwsEndpoint {
  /** What `AWS_ENDPOINT_URL` is to be. */
  readonly endpoint: string
  readonly region: string
  readonly calls: readonly RecordedCall[]
  /** Every event that a bus has taken, in its envelope. */
  readonly events: readonly BusEvent[]
  /** The access key of a caller; made at the first asking. */
  credentials(caller: string, instance?: string): AccessKey
  /** A call that AWS itself makes in a caller's name: judged, recorded and served as any other. */
  call(caller: string, service: string, action: string, input: Json): Promise<object>
  /** Keeps a line of a log group. */
  log(group: string, stream: string, message: string): void
  /** How many messages of a queue could be received now. */
  visibleMessages(queueUrl: string): number
  /**
   * Judges and records a call that AWS itself makes in a caller's name.
   *
   * @throws AwsError `AccessDeniedException`
   */
  judge(caller: string, service: string, action: string, input: Json): Promise<void>
  /** Deletes what has expired now; answers how many items. */
  expireItems(): Promise<number>
  close(): Promise<void>
}

/**
 * CloudWatch Logs, DynamoDB, EventBridge, KMS, Secrets Manager and SQS on one loopback address, for
 * the unchanged AWS SDK.
 *
 * Whatever it does not serve it refuses as `UnknownOperationException`.
 *
 * @throws Error if another has the state folder, or the port
 */
export async function startAwsEndpoint(options: AwsEndpointOptions = {}): Promise<AwsEndpoint> {
  const { region = 'us-east-1', account = '000000000000', partition = 'aws', stateFolder } = options
  const arnPrefix = (service: string) => `arn:${partition}:${service}:${region}:${account}:`
  const file = (name: string) => (stateFolder ? join(stateFolder, name) : undefined)

  const unlock = stateFolder === undefined ? () => {} : lockFolder(stateFolder)
  const dynamoDb = await startDynamoDb(options.tables ?? [], file('dynamodb')).catch((error) => {
    unlock()
    throw error
  })
  const keys = kmsKeys(options.keys ?? [], arnPrefix('kms'), file('kms.json'))
  const secrets = secretsManagerService(arnPrefix('secretsmanager'), file('secrets.json'))
  const events: BusEvent[] = []
  const logs = cloudWatchLogs(options.logGroups ?? [], file('logs.jsonl'), options.onLogEvent)
  const sqs = sqsService(options.queues ?? [], file('queues.json'))
  const services: Readonly<Record<string, AwsService>> = {
    dynamodb: dynamoDb.service,
    kms: kmsService(keys),
    secretsmanager: secrets,
    events: eventBridgeService({
      buses: options.eventBuses ?? [],
      account,
      region,
      onEvent(bus, event) {
        events.push(event)
        options.onEvent?.(bus, event)
      },
    }),
    sqs: sqs.service,
    ...options.inner,
    logs: logs.service,
  }

  const callers = accessKeys()
  const calls: RecordedCall[] = []
  const record = (call: RecordedCall) => {
    calls.push(call)
    options.onJudged?.(call)
  }
  const requests = accessRequests({
    arnPrefix,
    region,
    account,
    keys,
    tables: options.tables ?? [],
    storageKeys: options.iam?.storageKeys ?? new Map(),
    queues: options.queues ?? [],
    describeSecret: (SecretId) => secrets['DescribeSecret']?.({ SecretId }),
  })
  const authorize = async (caller: string, service: string, action: string, input: Json) => {
    const identity = options.iam?.identities.get(caller)
    if (!identity) return []
    const needed = await requests(service, action, input)
    return needed.flatMap((request) => {
      // The loopback address stands for one of AWS, which are all reached over TLS.
      const tls = { 'aws:SecureTransport': ['true'] }
      const context = { ...request.context, ...identity.source, ...tls }
      const policy = options.iam?.resourcePolicies.get(request.resource)
      const unknownKey = request.action.startsWith('kms:') ? NO_KEY_POLICY : undefined
      return judgeAccess({ ...request, context }, identity, policy ?? unknownKey)
    })
  }
  const judge = async (caller: string, service: string, action: string, input: Json) => {
    let allowedBy: readonly Allowance[] = []
    try {
      allowedBy = await authorize(caller, service, action, input)
    } finally {
      record({ caller, service, action, allowedBy })
    }
  }
  const tell = async (call: AwsCall, moment: 'before' | 'after') => {
    try {
      await options.onCall?.(call, moment)
    } catch (error) {
      if (error instanceof AwsError) throw error
      if (error instanceof AwsError) throw error
      throw new LostCall(`lost ${moment} it was served`, { cause: error })
    }
  }
  const perform = async (call: AwsCall): Promise<object> => {
    const { caller, service, action, input } = call
    const operations = services[service]
    if (operations && Object.hasOwn(operations, action)) {
      await tell(call, 'before')
      await judge(caller, service, action, input)
      const answer = (await operations[action]?.(input)) ?? {}
      await tell(call, 'after')
      return answer
    }
    record({ caller, service, action, allowedBy: [] })
    throw new AwsError(
      'UnknownOperationException',
      `The local runtime does not serve ${service}:${action}`,
    )
  }
  const serve = async (request: IncomingMessage): Promise<object> => {
    const body = await readBody(request)
    const caller = authenticate(request, body, callers)
    const [target = '', action = ''] = String(request.headers['x-amz-target'] ?? '').split('.')
    const service = SERVICES[target]
    const input = service === undefined ? {} : JSON.parse(body.toString('utf8'))
    const call = { ...caller, service: service ?? target, action, input }
    return perform(call).catch((error: unknown) => {
      if (error instanceof AwsError) options.onRefused?.(call, error)
      throw error
    })
  }

  const open = new Set<Promise<void>>()
  const server = createServer((request, response) => {
    const contentType = request.headers['content-type'] ?? 'application/x-amz-json-1.0'
    const served = serve(request)
      .then(
        (answer) => send(response, 200, contentType, answer),
        (error: unknown) => {
          if (error instanceof LostCall) request.socket.destroy()
          else sendError(response, contentType, error)
        },
      )
      .finally(() => open.delete(served))
    open.add(served)
  })
  const port = await listen(server, options.port ?? 0, '127.0.0.1').catch(async (error) => {
    await dynamoDb.close()
    unlock()
    throw error
  })
  const expiry = setInterval(() => {
    // It is tried again at the next turn; the last one may meet a database that is being closed.
    dynamoDb.expireItems().catch(() => {})
  }, EXPIRY_INTERVAL_MS).unref()

  return {
    endpoint: `http://127.0.0.1:${port}`,
    region,
    calls,
    events,
    credentials: (caller, instance) => callers.of(caller, instance),
    call: (caller, service, action, input) => perform({ caller, service, action, input }),
    log: logs.write,
    visibleMessages: sqs.visible,
    judge,
    expireItems: () => dynamoDb.expireItems(),
    async close() {
      clearInterval(expiry)
      await closeServer(server)
      // Whoever called may be gone, and the database still at it.
      await Promise.all(open)
      await dynamoDb.close()
      unlock()
    },
  }
}

/** A call that gets no answer. */
class LostCall extends Error {}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function sendError(response: ServerResponse, contentType: string, error: unknown): void {
  const { type, status, message, fields } =
    error instanceof AwsError
      ? error
      : new AwsError('InternalServerError', String(error), { status: 500 })
  send(response, status, contentType, { __type: type, message, ...fields })
}

function send(response: ServerResponse, status: number, contentType: string, body: object): void {
  response
    .writeHead(status, { 'content-type': contentType, 'x-amzn-requestid': randomUUID() })
    .end(JSON.stringify(body))
}
