import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { createEgress } from '#adapters/egress/egress.ts'
import { discoverAuthorizationServer } from '#core/oauth/discovery.ts'
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
  { registry, ssoSecrets = {}, clientSecrets = {} }: SetUp,
): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const write = (file: string, content: unknown) =>
    writeFileSync(join(folder, file), `${JSON.stringify(content, undefined, 2)}\n`)
  write('outputs.json', { [stack.stackName]: stack.outputs })
  write('registry.json', registry)

  const run = commandLine(stack, folder)
  for (const [ref, secret] of Object.entries(ssoSecrets)) {
    await run(['secret', 'set', 'sso', ref], secret)
  }
  for (const [ref, secret] of Object.entries(clientSecrets)) {
    await run(['secret', 'set', 'client', ref], secret)
  }
  await run(['registry', 'apply', 'registry.json'])
}

function commandLine({ aws, operator }: OperatedStack, folder: string) {
  const client = { endpoint: aws.endpoint, region: aws.region, credentials: operator }

  return async (args: readonly string[], input?: string): Promise<void> => {
    const said: string[] = []
    const exitCode = await runCli([...args, '--outputs', 'outputs.json'], {
      cwd: folder,
      write: () => {},
      writeError: (line) => said.push(line),
      readInput: async () => input,
      documents: () => DynamoDBDocumentClient.from(new DynamoDBClient(client)),
      secrets: () => new SecretsManagerClient(client),
      discover(upstreams) {
        const egress = createEgress({ upstreams })
        return (fhirBaseUrl) => discoverAuthorizationServer(fhirBaseUrl, egress)
      },
    })
    if (exitCode !== 0) throw new Error(`sallyport ${args.join(' ')}: ${said.join('\n')}`)
  }
}
