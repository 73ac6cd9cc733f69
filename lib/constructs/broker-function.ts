import { fileURLToPath } from 'node:url'
import type { Duration } from 'aws-cdk-lib'
import { type IGrantable, type IPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, type IFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { Environment } from '#contract/environment.ts'
import type { StorageKey } from './storage-key.ts'

export interface BrokerFunctionProps<Names extends readonly string[]> {
  /** The folder under `lambdas/` that holds the function's code. */
  readonly name: string
  /** The variables that the function reads, from `src/contract/environment.ts`. */
  readonly environment: Environment<Names>
  readonly timeout: Duration
  /** In MB; the processor's share grows with it. */
  readonly memorySize: number
  /** Invocations at once, kept free for it and never more. @default no limit of its own */
  readonly reservedConcurrency?: number
  /** Encrypts the function's log group. */
  readonly storageKey: StorageKey
}

/** For the CommonJS parts of a bundle: an ES module has no `require` of its own. */
const REQUIRE = "import{createRequire as r}from'module';const require=r(import.meta.url);"

/** A function of the broker, bundled and configured as they all are, and allowed only to log. */
export class BrokerFunction<const Names extends readonly string[]>
  extends Construct
  implements IGrantable
{
  readonly grantPrincipal: IPrincipal
  readonly lambda: IFunction

  constructor(scope: Construct, id: string, props: BrokerFunctionProps<Names>) {
    super(scope, id)

    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    const logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.THREE_MONTHS,
      encryptionKey: props.storageKey.key,
    })
    logGroup.grantWrite(role)

    this.grantPrincipal = role
    this.lambda = new NodejsFunction(this, 'Resource', {
      entry: fileURLToPath(new URL(`../../lambdas/${props.name}/index.ts`, import.meta.url)),
      environment: { ...props.environment },
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memorySize,
      timeout: props.timeout,
      ...(props.reservedConcurrency !== undefined && {
        reservedConcurrentExecutions: props.reservedConcurrency,
      }),
      role,
      logGroup,
      bundling: {
        format: OutputFormat.ESM,
        mainFields: ['module', 'main'],
        target: 'node24',
        minify: true,
        logLevel: LogLevel.WARNING,
        banner: REQUIRE,
        // The SDK of the lock file, not the one that the runtime happens to carry that day.
        externalModules: [],
      },
    })
  }
}
