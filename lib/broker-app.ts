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
import { keyGenerations, signingGenerations } from './constructs/key-generations.ts'
import { alarmTopicArn } from './monitoring/alarms.ts'

export const STACK_NAME = 'Sallyport'

export interface BrokerAppOptions {
  readonly upstreams: Upstreams
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
 * The CDK app: one stack, for any account and region, judged by four of cdk-nag's packs.
 *
 * Synthesis throws at a finding that nobody has acknowledged.
 */
export function brokerApp({
  upstreams,
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
  Validations.of(app).addPlugins(
    new AwsSolutionsChecks(app),
    new HIPAASecurityChecks(app),
    new NIST80053R5Checks(app),
    new ServerlessChecks(app),
  )
  const stack = new BrokerStack(app, STACK_NAME, {
    upstreams,
    sealingKeys: keyGenerations(app.node, 'sealingKeys'),
    assertionsKeys: signingGenerations(app.node, 'assertionsKeys'),
    alarmTopicArn: alarmTopicArn(app.node),
  })
  if (acknowledging) acknowledge(stack)
  return app
}
