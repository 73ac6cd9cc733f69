import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { KMSClient } from '@aws-sdk/client-kms'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { createEgress } from '#adapters/egress/egress.ts'
import { createProbe } from '#adapters/egress/probe.ts'
import { discover } from '#core/discovery/discover.ts'
import type { ExitCode } from './cli-context.ts'
import { runCli } from './run-cli.ts'

/** A running stack, and the credentials of whoever operates it. */
export interface OperatedStack {
  readonly stackName: string
  readonly outputs: Readonly<Record<string, string>>
  readonly aws: { readonly endpoint: string; readonly region: string }
  readonly operator: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/** What an operator sets up after a deployment. */
export interface SetUp {
  /** The content of the registry file. */
  readonly registry: unknown
  /** SSO secrets by their registry reference. */
  readonly ssoSecrets?: Readonly<Record<string, string>>
  /** Webhook secrets by their registry reference. */
  readonly webhookSecrets?: Readonly<Record<string, string>>
  /** Secrets of EHRs' links by their registry reference. */
  readonly linkSecrets?: Readonly<Record<string, string>>
  /** OAuth client secrets by their registry reference. */
  readonly clientSecrets?: Readonly<Record<string, string>>
}

/**
 * Sets a stack up by the very commands that an operator gives after `cdk deploy`: secrets, then the
 * registry. Leaves `outputs.json` and `registry.json` in `folder`, for whoever goes on by hand.
 *
 * @throws Error with what the command said, when one fails
 */
export async function setUpStack(
  stack: OperatedStack,
  folder: string,
  { registry, ssoSecrets = {}, webhookSecrets = {}, linkSecrets = {}, clientSecrets = {} }: SetUp,
): Promise<void> {
  writeOutputs(stack, folder)
  writeJson(join(folder, 'registry.json'), registry)

  const command = commandLine(stack, folder)
  const run = async (args: readonly string[], input?: string) => {
    const { exitCode, errors } = await command(args, input)
    if (exitCode !== 0) throw new Error(`sallyport ${args.join(' ')}: ${errors.join('\n')}`)
  }
  const secrets = {
    sso: ssoSecrets,
    webhook: webhookSecrets,
    link: linkSecrets,
    client: clientSecrets,
  }
  for (const [kind, byRef] of Object.entries(secrets)) {
    for (const [ref, secret] of Object.entries(byRef)) {
      await run(['secret', 'set', kind, ref], secret)
    }
  }
  await run(['registry', 'apply', 'registry.json'])
}

/** Leaves `outputs.json` in `folder`, as a deployment does. */
export function writeOutputs({ stackName, outputs }: OperatedStack, folder: string): void {
  mkdirSync(folder, { recursive: true })
  writeJson(join(folder, 'outputs.json'), { [stackName]: outputs })
}

function writeJson(path: string, content: unknown): void {
  writeFileSync(path, `${JSON.stringify(content, undefined, 2)}\n`)
}

/** What a command answered. */
export interface CommandResult {
  readonly exitCode: ExitCode
  readonly lines: readonly string[]
  readonly errors: readonly string[]
}

/** The command line of whoever operates a stack, in a folder that has its `outputs.json`. */
export function commandLine({ aws, operator }: OperatedStack, folder: string) {
  const client = { endpoint: aws.endpoint, region: aws.region, credentials: operator }

  return async (args: readonly string[], input?: string): Promise<CommandResult> => {
    const lines: string[] = []
    const errors: string[] = []
    const exitCode = await runCli([...args, '--outputs', 'outputs.json'], {
      cwd: folder,
      write: (line) => lines.push(line),
      writeError: (line) => errors.push(line),
      readInput: async () => input,
      documents: () => DynamoDBDocumentClient.from(new DynamoDBClient(client)),
      secrets: () => new SecretsManagerClient(client),
      eventBridge: () => new EventBridgeClient(client),
      kms: () => new KMSClient(client),
      logs: () => new CloudWatchLogsClient(client),
      egress: (upstreams) => createEgress({ upstreams }),
      probe: (upstreams) => createProbe({ upstreams }),
      discover(upstreams) {
        const egress = createEgress({ upstreams })
        return async (connection) => (await discover(connection, egress)).metadata
      },
      now: Date.now,
    })
    return { exitCode, lines, errors }
  }
}
