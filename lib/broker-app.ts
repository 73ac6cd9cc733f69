import { App, Validations } from 'aws-cdk-lib'
import {
  AwsSolutionsChecks,
  HIPAASecurityChecks,
  NIST80053R5Checks,
  ServerlessChecks,
} from 'cdk-nag'
import type { Upstreams } from '#contract/upstreams.ts'
import { BrokerStack } from './broker-stack.ts'
import { acknowledge } from './compliance/acknowledge.ts'
import { stackKeys } from './constructs/key-generations.ts'
import { tableGenerations } from './constructs/table-generations.ts'
import { DEFAULT_DEPLOYMENT, type Deployment } from './deployments/deployment.ts'
import { readDeployment } from './deployments/read-deployment.ts'
import { alarmTopicArn } from './monitoring/alarms.ts'

export const STACK_NAME = 'Sallyport'

export interface BrokerAppOptions {
  readonly upstreams: Upstreams
  /** The file that the command line chooses a deployment of, or the deployment. @default one that has all defaults */
  readonly deployment?: string | Deployment
  /** Folder of the cloud assembly. @default what the CDK's command line names, else `cdk.out` */
  readonly outdir?: string
  /** Whether the functions are bundled; without, the assembly runs nowhere. @default true */
  readonly bundling?: boolean
  /** Whether what stands in `compliance/acknowledged.ts` is; without, synthesis throws at each. @default true */
  readonly acknowledging?: boolean
  /** As `-c name=value` of the CDK's command line. */
  readonly context?: Readonly<Record<string, string>>
}

/**
 * The CDK app: one stack, of the deployment that is chosen, judged by four of cdk-nag's packs.
 *
 * Synthesis throws at a finding that nobody has acknowledged.
 *
 * @throws Error for a file of deployments that is not understood
 */
export function brokerApp({
  upstreams,
  deployment: given = DEFAULT_DEPLOYMENT,
  outdir,
  bundling = true,
  acknowledging = true,
  context = {},
}: BrokerAppOptions): App {
  const app = new App({
    analyticsReporting: false,
    ...(outdir === undefined ? {} : { outdir }),
    context: { ...context, ...(bundling ? {} : { 'aws:cdk:bundling-stacks': [] }) },
  })
  const deployment = typeof given === 'string' ? readDeployment(app, given) : given
  Validations.of(app).addPlugins(
    new AwsSolutionsChecks(app),
    new HIPAASecurityChecks(app),
    new NIST80053R5Checks(app),
    new ServerlessChecks(app),
  )
  const stack = new BrokerStack(app, STACK_NAME, {
    deployment,
    upstreams,
    keys: stackKeys(app.node, deployment.keys),
    tables: tableGenerations(app.node, deployment.tables),
    alarmTopicArn: alarmTopicArn(app.node, deployment.alarms.topicArn),
  })
  if (acknowledging) acknowledge(stack)
  return app
}
