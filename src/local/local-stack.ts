import type { RequestListener } from 'node:http'
import { resolve as resolvePath } from 'node:path'
import { serveLocalhost } from './api-gateway/local-servers.ts'
import { restApi } from './api-gateway/rest-api.ts'
import type { AccessKey } from './aws/access-keys.ts'
import type { TableDefinition } from './aws/dynamodb.ts'
import type { BusEvent } from './aws/event-bridge.ts'
import { type KeyDefinition, usageOf } from './aws/kms-keys.ts'
import {
  type AwsEndpoint,
  type OnAwsCall,
  type RecordedCall,
  startAwsEndpoint,
} from './aws-endpoint.ts'
import type { AlarmState } from './cloudwatch/alarm-state.ts'
import { type StackMetrics, stackMetrics } from './cloudwatch/stack-metrics.ts'
import { eventRules } from './event-rules.ts'
import { iamRules } from './iam/iam-rules.ts'
import { type AsyncInvocations, asyncInvocations } from './lambda/async-invocations.ts'
import { functionEnvironment, LOG_STREAM } from './lambda/function-environment.ts'
import { functionLog } from './lambda/function-log.ts'
import type { InstanceKind } from './lambda/instance.ts'
import {
  type LambdaFunction,
  lambdaFunction,
  type RunningInstance,
} from './lambda/lambda-function.ts'
import { queuePoller } from './lambda/queue-poller.ts'
import { replaceOrigin } from './replace-origin.ts'
import { type Scheduler, scheduler } from './scheduler.ts'
import { installTime, type SharedTime, sharedTime, timeInBuffer } from './shared-time.ts'
import { asyncConfigurations, queueMappings, queues, rules, schedules } from './stack-events.ts'
import { type CloudAssembly, readCloudAssembly } from './template/cloud-assembly.ts'
import { type ResolvedStack, resolveStack } from './template/resolve-stack.ts'

export interface LocalStackOptions {
  /** The folder that `cdk synth` wrote. */
  readonly assembly: string
  /** Of the API; 0, the default, is any free port. */
  readonly port?: number
  /** Of the AWS services; 0, the default, is any free port. */
  readonly awsPort?: number
  /** Keeps tables, keys, secrets, queues and logs over a restart; in memory when absent. */
  readonly stateFolder?: string
  /** Delivers the schedules by the clock; without, only {@link LocalStack.tick} does. */
  readonly runSchedules?: boolean
  /** Every line that a function writes, and each line of the access log. */
  readonly onLog?: (line: { readonly source: string; readonly text: string }) => void
  /**
   * What each function runs as, by its logical id: threads, the default, start sooner; a process can
   * be killed.
   */
  readonly runAs?: (logicalId: string) => InstanceKind
  /** Sees, holds or loses the AWS calls of functions and of the operator. */
  readonly onAwsCall?: OnAwsCall
  /** Told of each of those calls when it is judged: which statements allowed it. */
  readonly onJudged?: (call: RecordedCall) => void
}

/** One execution environment of a function. */
interface FunctionInstance extends RunningInstance {
  /** The function's logical id. */
  readonly function: string
}

/** A stack that runs. */
export interface LocalStack {
  /** `http://localhost:<port>`, which stands for the API's execute-api origin. */
  readonly origin: string
  readonly stackName: string
  /** The template's outputs by their logical names. */
  readonly outputs: Readonly<Record<string, string>>
  readonly aws: { readonly endpoint: string; readonly region: string }
  /** The access key for whoever sits at this machine; each function has another. */
  readonly operator: AccessKey
  /** Every AWS call so far, by the function's logical id or `operator`. */
  readonly calls: readonly RecordedCall[]
  /** Every event so far that an event bus has taken. */
  readonly events: readonly BusEvent[]
  readonly time: {
    /** Moves `Date` on, here and in every function, as one clock. */
    advance(seconds: number): void
  }
  /** Every alarm of the stack, by what was measured up to now. */
  alarms(): readonly AlarmState[]
  /** The execution environments that there are now, as they are now. */
  instances(): readonly FunctionInstance[]
  /** Delivers every enabled schedule once, now, and waits for what they woke to end. */
  tick(): Promise<void>
  /** Deletes what has expired, as DynamoDB does some time after; answers how many items. */
  expireItems(): Promise<number>
  close(): Promise<void>
}

/**
 * Runs a synthesized stack on this machine: its API, functions, tables, keys, secrets, queues, event
 * buses and schedules.
 *
 * @throws Error naming the logical id of anything in the template that it does not know
 */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const assembly = readCloudAssembly(resolvePath(options.assembly))
  const stack = resolveStack(assembly)
  const time = sharedTime()
  const onLog = options.onLog ?? (() => {})

  let invocations: AsyncInvocations | undefined
  let onEvent: ReturnType<typeof eventRules> | undefined
  const metrics = stackMetrics(stack, (queueUrl) => aws.visibleMessages(queueUrl))
  const aws: AwsEndpoint = await startAwsEndpoint({
    tables: tables(stack),
    keys: keys(stack),
    eventBuses: stack.all('AWS::Events::EventBus').map(({ ref }) => ref),
    onEvent: (bus, event) => onEvent?.(bus, event),
    queues: queues(stack),
    inner: {
      lambda: {
        InvokeFunction: async ({ FunctionName, Payload }) => {
          invocations?.accept(String(FunctionName), String(Payload))
          return {}
        },
      },
    },
    logGroups: stack.all('AWS::Logs::LogGroup').map(({ ref }) => ref),
    iam: iamRules(stack),
    region: stack.region,
    account: stack.account,
    partition: stack.partition,
    onLogEvent: (source, text) => onLog({ source, text }),
    port: options.awsPort ?? 0,
    ...(options.stateFolder !== undefined && { stateFolder: options.stateFolder }),
    onRefused: metrics.refused,
    ...(options.onAwsCall && { onCall: options.onAwsCall }),
    ...(options.onJudged && { onJudged: options.onJudged }),
  })
  // The functions' environment names the origin, so its port has to be there before they are.
  let serve: RequestListener = (_, response) => response.writeHead(503).end()
  const servers = await serveLocalhost(options.port ?? 0, (request, response) =>
    serve(request, response),
  ).catch(async (error) => {
    await aws.close()
    throw error
  })
  const origin = `http://localhost:${servers.port}`
  const localize = replaceOrigin(stack, origin)
  const runAs = options.runAs ?? (() => 'thread')
  let functions: ReadonlyMap<string, LambdaFunction> = new Map()
  let clockwork: Scheduler
  let poller: ReturnType<typeof queuePoller>
  try {
    const onLost = (source: string, text: string) => onLog({ source, text })
    functions = lambdaFunctions({ stack, assembly, aws, time, localize, onLog, runAs, metrics })
    const configurations = asyncConfigurations(stack, aws)
    invocations = asyncInvocations({ functions: [...functions.values()], configurations, onLost })
    clockwork = scheduler({ schedules: schedules(stack), call: aws.call, onLost })
    onEvent = eventRules({ rules: rules(stack), call: aws.call, onLost })
    poller = queuePoller({
      mappings: queueMappings(stack),
      functions: [...functions.values()],
      region: stack.region,
      visibleMessages: aws.visibleMessages,
      call: aws.call,
      onLost,
    })
    serve = restApi({
      stack,
      functions: [...functions.values()],
      onAccessLog: (group, text) => {
        aws.log(group, 'local', text)
        onLog({ source: 'access-log', text })
      },
      onServed: metrics.served,
    })
  } catch (error) {
    await servers.close()
    await aws.close()
    throw error
  }
  const uninstall = installTime(timeInBuffer(time.buffer))
  if (options.runSchedules) clockwork.start()

  return {
    origin,
    stackName: stack.stackName,
    outputs: Object.fromEntries(
      Object.entries(stack.outputs).map(([name, value]) => [name, localize(value)]),
    ),
    aws: { endpoint: aws.endpoint, region: aws.region },
    operator: aws.credentials('operator'),
    calls: aws.calls,
    events: aws.events,
    time: { advance: (seconds) => time.advance(seconds) },
    alarms: () => metrics.alarms(),
    instances: () =>
      [...functions].flatMap(([logicalId, lambda]) =>
        lambda.instances().map((instance) => ({ ...instance, function: logicalId })),
      ),
    async tick() {
      await clockwork.tick()
      await invocations?.settled()
    },
    expireItems: () => aws.expireItems(),
    async close() {
      clockwork.close()
      poller.close()
      invocations?.close()
      uninstall()
      await servers.close()
      await Promise.all([...functions.values()].map((lambda) => lambda.close()))
      time.close()
      await aws.close()
    },
  }
}

function tables(stack: ResolvedStack): readonly TableDefinition[] {
  return stack.all('AWS::DynamoDB::Table').map(({ ref, properties }) => ({
    TableName: ref,
    KeySchema: properties.KeySchema,
    AttributeDefinitions: properties.AttributeDefinitions,
    ...(properties.GlobalSecondaryIndexes && {
      GlobalSecondaryIndexes: properties.GlobalSecondaryIndexes.map(
        ({ IndexName, KeySchema, Projection: { ProjectionType, NonKeyAttributes } }) => ({
          IndexName,
          KeySchema,
          Projection: { ProjectionType, ...(NonKeyAttributes && { NonKeyAttributes }) },
        }),
      ),
    }),
    ...(properties.TimeToLiveSpecification?.Enabled && {
      timeToLive: properties.TimeToLiveSpecification.AttributeName,
    }),
  }))
}

function keys(stack: ResolvedStack): readonly KeyDefinition[] {
  const aliases = stack.all('AWS::KMS::Alias')
  return stack.all('AWS::KMS::Key').map(({ logicalId, ref, attributes, properties }) => {
    const uses = properties.KeySpec.startsWith('RSA_')
      ? ['ENCRYPT_DECRYPT', 'SIGN_VERIFY']
      : [usageOf({ spec: properties.KeySpec })]
    if (!uses.includes(properties.KeyUsage)) {
      throw new Error(`${logicalId}: ${properties.KeySpec} is not for ${properties.KeyUsage} here`)
    }
    return {
      keyId: ref,
      spec: properties.KeySpec,
      usage: properties.KeyUsage,
      enabled: properties.Enabled,
      aliases: aliases
        .filter(({ properties: { TargetKeyId } }) => [ref, attributes['Arn']].includes(TargetKeyId))
        .map(({ properties: { AliasName } }) => AliasName),
      ...(properties.Description !== undefined && { description: properties.Description }),
    }
  })
}

function lambdaFunctions({
  stack,
  assembly,
  aws,
  time,
  localize,
  onLog,
  runAs,
  metrics,
}: {
  stack: ResolvedStack
  assembly: CloudAssembly
  aws: AwsEndpoint
  time: SharedTime
  localize: (text: string) => string
  onLog: NonNullable<LocalStackOptions['onLog']>
  runAs: NonNullable<LocalStackOptions['runAs']>
  metrics: StackMetrics
}): ReadonlyMap<string, LambdaFunction> {
  const entries = stack.all('AWS::Lambda::Function').map((resource) => {
    const { logicalId, ref, attributes, properties } = resource
    const taskRoot = assembly.asset(properties.Code.S3Key)
    const variables = Object.entries(properties.Environment.Variables)
    const logGroup = properties.LoggingConfig?.LogGroup ?? `/aws/lambda/${ref}`
    const lambda = lambdaFunction({
      name: ref,
      functionArn: attributes['Arn'] ?? '',
      memoryMb: properties.MemorySize,
      timeoutMs: properties.Timeout * 1000,
      ...(properties.ReservedConcurrentExecutions !== undefined && {
        reservedConcurrency: properties.ReservedConcurrentExecutions,
      }),
      start: { taskRoot, handler: properties.Handler },
      runAs: runAs(logicalId),
      time,
      env: (instance) =>
        functionEnvironment({
          name: ref,
          handler: properties.Handler,
          taskRoot,
          memoryMb: properties.MemorySize,
          logGroup,
          variables: Object.fromEntries(variables.map(([name, text]) => [name, localize(text)])),
          region: stack.region,
          endpoint: aws.endpoint,
          credentials: aws.credentials(logicalId, instance),
        }),
      onLine: functionLog({
        authorize: (action) =>
          aws.judge(logicalId, 'logs', action, {
            logGroupName: logGroup,
            ...(action === 'PutLogEvents' && { logStreamName: LOG_STREAM }),
          }),
        write: (text) => {
          aws.log(logGroup, LOG_STREAM, text)
          metrics.logged(text)
          onLog({ source: logicalId, text })
        },
        onRefused: (why) => onLog({ source: 'lambda', text: `${logicalId} writes no log: ${why}` }),
      }),
    })
    return [logicalId, metrics.measured(lambda)] as const
  })
  return new Map(entries)
}
