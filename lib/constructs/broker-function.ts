import { fileURLToPath } from 'node:url'
import type { Duration } from 'aws-cdk-lib'
import { type IGrantable, type IPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  Architecture,
  type IFunction,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { Environment } from '#contract/environment.ts'
import { bundledCode } from './bundled-code.ts'
import type { FunctionName } from './function-name.ts'
import type { PrivateNetwork } from './private-network.ts'
import type { StorageKey } from './storage-key.ts'

/** What all functions of a deployment have alike, or each by its name. */
export interface FunctionSettings {
  /** Encrypts the functions' log groups. */
  readonly storageKey: StorageKey
  readonly logRetention: RetentionDays
  /** Where they run. @default the network of Lambda */
  readonly network?: PrivateNetwork | undefined
  /** Invocations at once that are kept for a function, which gets no more. */
  readonly reserved: Readonly<Partial<Record<FunctionName, number>>>
  /** Instances of a function that are kept warm. */
  readonly provisioned: Readonly<Partial<Record<FunctionName, number>>>
}

export interface BrokerFunctionProps<Names extends readonly string[]> {
  /** The folder under `lambdas/` that holds the function's code. */
  readonly name: FunctionName
  /** The variables that the function reads, from `src/contract/environment.ts`. */
  readonly environment: Environment<Names>
  readonly timeout: Duration
  /** In MB; the processor's share grows with it. */
  readonly memorySize: number
  /** Invocations at once, kept free for it and never more, unless the settings say. @default no limit of its own */
  readonly reservedConcurrency?: number
  readonly settings: FunctionSettings
}

/** A function of the broker, bundled and configured as they all are, and allowed only to log. */
export class BrokerFunction<const Names extends readonly string[]>
  extends Construct
  implements IGrantable
{
  readonly grantPrincipal: IPrincipal
  /** Itself, which metrics and logs are of. */
  readonly lambda: IFunction
  /** What callers invoke: the warm instances, where there are some. */
  readonly invoked: IFunction
  readonly logGroupName: string

  constructor(scope: Construct, id: string, props: BrokerFunctionProps<Names>) {
    super(scope, id)

    const { storageKey, logRetention, network, reserved, provisioned } = props.settings
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    const logGroup = new LogGroup(this, 'Logs', {
      retention: logRetention,
      encryptionKey: storageKey.key,
    })
    logGroup.grantWrite(role)

    this.grantPrincipal = role
    network?.admit(this)
    this.logGroupName = logGroup.logGroupName
    const reservedConcurrency = reserved[props.name] ?? props.reservedConcurrency
    const lambda = new LambdaFunction(this, 'Resource', {
      code: bundledCode(fileURLToPath(new URL(`../../lambdas/${props.name}`, import.meta.url))),
      handler: 'index.handler',
      environment: { ...props.environment },
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memorySize,
      timeout: props.timeout,
      ...(reservedConcurrency !== undefined && {
        reservedConcurrentExecutions: reservedConcurrency,
      }),
      ...network?.placement,
      role,
      logGroup,
    })
    this.lambda = lambda
    const warm = provisioned[props.name]
    // The CDK's types are not made for `exactOptionalPropertyTypes`.
    this.invoked =
      warm === undefined
        ? lambda
        : (lambda.addAlias('warm', { provisionedConcurrentExecutions: warm }) as IFunction)
  }
}
