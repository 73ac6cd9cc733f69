import { spawn } from 'node:child_process'
import { accessSync, constants, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { CreateSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { describe, expect, it, onTestFinished } from 'vitest'
import { dynamodbRegistry } from '#adapters/dynamodb/registry.ts'
import { createTables } from '../../contract/local-aws.ts'
import { NOW } from '../../fixtures.ts'
import { registryFileWith } from '../../support/registry-file.ts'

const BIN = realpathSync('bin/sallyport.mjs')
const TIMEOUT_MS = 30_000

/** The machine's own Node, which may be an older one; the one that runs this test if it has no other. */
function hostNode(): string {
  const ours = realpathSync('node_modules')
  const candidates = ['/usr/local/bin', ...(process.env['PATH'] ?? '').split(delimiter)]
    .map((folder) => join(folder, 'node'))
    .filter((path) => {
      try {
        accessSync(path, constants.X_OK)
        return !realpathSync(path).startsWith(ours)
      } catch {
        return false
      }
    })
  return candidates[0] ?? process.execPath
}

function setup(files: Readonly<Record<string, unknown>> = {}) {
  const cwd = mkdtempSync(join(tmpdir(), 'sallyport-bin-'))
  onTestFinished(() => rmSync(cwd, { recursive: true }))
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(cwd, name), JSON.stringify(content))
  }
  return {
    async run(args: readonly string[], { env = {}, input = '' } = {}) {
      const child = spawn(hostNode(), [BIN, ...args], { cwd, env: { HOME: cwd, ...env } })
      child.stdin.end(input)
      const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
      const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
      return { status: await closed, out, err }
    },
  }
}

/** AWS on loopback, with SSO secrets set, as an environment and an outputs file tell of it. */
async function deployed(...more: readonly string[]) {
  const tables = await createTables()
  for (const Name of ['sso/heartline', 'sso/dosing', ...more]) {
    const secret = new CreateSecretCommand({ Name, SecretString: 'x'.repeat(32) })
    await tables.secrets.send(secret)
  }
  const { accessKeyId, secretAccessKey } = tables.aws.credentials('test')
  return {
    ...tables,
    env: {
      AWS_ENDPOINT_URL: tables.aws.endpoint,
      AWS_REGION: tables.aws.region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    },
    outputs: {
      Broker: {
        Upstreams: 'public',
        RegistryTableName: tables.registry,
        ClientSecretsPrefix: 'client/',
        SsoSecretsPrefix: 'sso/',
      },
    },
  }
}

describe('bin/sallyport.mjs', () => {
  it('checks a file, from any folder and under any Node', { timeout: TIMEOUT_MS }, async () => {
    const { run } = setup({
      'right.json': registryFileWith({}),
      'wrong.json': registryFileWith({ 'connections[0].environment': 'production' }),
    })

    expect(await run(['registry', 'check', 'right.json'])).toEqual({
      status: 0,
      out: expect.stringMatching(/^right\.json: no problems/),
      err: '',
    })
    expect(await run(['registry', 'check', 'wrong.json'])).toEqual({
      status: 1,
      out: '',
      err: expect.stringMatching(/^wrong\.json: connections\[0\]\.environment: .+\n$/),
    })
    expect(await run(['frob'])).toMatchObject({ status: 2 })
  })

  it('sets a secret and applies a registry where the environment says AWS is', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const { documents, env, outputs, registry: tableName, secrets } = await deployed()
    const { run } = setup({
      'registry.json': registryFileWith({
        'connections[0].endpointHosts': ['login.general.example'],
      }),
      'cdk-outputs.json': outputs,
    })

    const set = ['secret', 'set', 'client', 'general/heartline']
    expect(await run(set, { env, input: 'planted\n' })).toEqual({
      status: 0,
      out: 'client/general/heartline: created.\n',
      err: '',
    })
    const SecretId = 'client/general/heartline'
    expect(await secrets.send(new GetSecretValueCommand({ SecretId }))).toMatchObject({
      SecretString: 'planted',
    })

    expect(await run(['registry', 'apply', 'registry.json'], { env })).toMatchObject({
      status: 0,
      err: '',
    })
    const registry = dynamodbRegistry({ documents, tableName, now: () => NOW })
    expect(await registry.findConnection('general-production')).toMatchObject({
      issuer: 'https://ehr.general.example/fhir',
    })

    const { AWS_REGION: _region, ...withoutRegion } = env
    expect(await run(set, { env: withoutRegion, input: 'planted\n' })).toEqual({
      status: 1,
      out: '',
      err: expect.stringContaining('Name one with AWS_REGION.'),
    })
  })

  it('reads the logs where the environment says AWS is', { timeout: TIMEOUT_MS }, async () => {
    const { aws, env, outputs } = await deployed()
    const { run } = setup({
      'cdk-outputs.json': { Broker: { ...outputs.Broker, LogGroupNames: 'launch' } },
    })
    const line = { service: 'launch', message: 'launch_begun', launchId: 'abcdefgh' }
    aws.log('launch', 'local', JSON.stringify({ ...line, connection: 'general', app: 'heartline' }))

    expect(await run(['why', 'abcdefgh'], { env })).toEqual({
      status: 0,
      out: expect.stringMatching(/^Launch abcdefgh stopped after launch: nothing more came\.\n/),
      err: '',
    })
  })

  it('says in a line why an EHR cannot be reached', { timeout: TIMEOUT_MS }, async () => {
    const { env, outputs } = await deployed('client/general/heartline')
    const { run } = setup({
      'registry.json': registryFileWith({
        'connections[0].fhirBaseUrl': 'https://127.0.0.1:1/fhir',
      }),
      'cdk-outputs.json': outputs,
    })

    expect(await run(['registry', 'apply', 'registry.json'], { env })).toEqual({
      status: 1,
      out: '',
      err: expect.stringMatching(
        /^registry\.json: connections\[0\]\.fhirBaseUrl: The EHR of "general-production" .+\(upstream_refused\).+\nNothing was written\.\n$/,
      ),
    })
  })
})
