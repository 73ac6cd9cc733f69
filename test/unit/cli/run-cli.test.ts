import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
} from '@aws-sdk/client-secrets-manager'
import { describe, expect, it, onTestFinished } from 'vitest'
import { dynamodbRegistry } from '#adapters/dynamodb/registry.ts'
import type { CliContext } from '#cli/cli-context.ts'
import { runCli } from '#cli/run-cli.ts'
import { BrokerError } from '#core/errors.ts'
import { createTables } from '../../contract/local-aws.ts'
import { NOW } from '../../fixtures.ts'
import { registryFileWith } from '../../support/registry-file.ts'

const SSO_SECRET = 'planted-sso-secret-of-32-bytes-or-more'

/** The secrets that the registry file names. */
const NAMED = ['broker/sso/heartline', 'broker/sso/dosing', 'broker/client/general/heartline']

interface Given {
  readonly input?: string | undefined
  /** Names of the secrets that are there. */
  readonly present?: readonly string[]
}

async function setup({ input, present = [] }: Given = {}) {
  const stdin = { input }
  const aws = await createTables()
  for (const Name of present) {
    await aws.secrets.send(new CreateSecretCommand({ Name, SecretString: SSO_SECRET }))
  }
  const cwd = mkdtempSync(join(tmpdir(), 'sallyport-cli-'))
  onTestFinished(() => rmSync(cwd, { recursive: true }))

  const outputs = {
    Upstreams: 'public',
    RegistryTableName: aws.registry,
    ClientSecretsPrefix: 'broker/client/',
    SsoSecretsPrefix: 'broker/sso/',
    StorageKeyArn: aws.keys.sealing,
  }
  const write = (path: string, content: unknown) => {
    mkdirSync(dirname(join(cwd, path)), { recursive: true })
    writeFileSync(join(cwd, path), typeof content === 'string' ? content : JSON.stringify(content))
  }
  write('registry.json', registryFileWith({}))
  write('cdk-outputs.json', { Broker: outputs, Other: { Bucket: 'b' } })

  const lines: string[] = []
  const errors: string[] = []
  const context: CliContext = {
    cwd,
    write: (line) => lines.push(line),
    writeError: (line) => errors.push(line),
    readInput: async () => stdin.input,
    documents: () => aws.documents,
    secrets: () => aws.secrets,
    eventBridge: () => aws.eventBridge,
    logs: () => aws.logs,
    kms: () => aws.kms,
    now: () => NOW * 1000,
    egress: () => async () => {
      throw new BrokerError('upstream_refused')
    },
    probe: () => {
      throw new Error('reached')
    },
    discover:
      (upstreams) =>
      async ({ fhirBaseUrl }) => {
        if (upstreams !== 'public') throw new BrokerError('discovery_failed')
        const { host } = new URL(fhirBaseUrl)
        const login = `https://login.${host}`
        return {
          issuer: login,
          authorization_endpoint: `${login}/authorize`,
          token_endpoint: `${login}/token`,
        }
      },
  }
  return {
    ...aws,
    lines,
    errors,
    outputs,
    stdin,
    write,
    remove: (path: string) => rmSync(join(cwd, path)),
    run: (...args: string[]) => runCli(args, context),
    unreached: (...args: string[]) =>
      runCli(args, {
        ...context,
        documents: () => {
          throw new Error('reached')
        },
        secrets: () => {
          throw new Error('reached')
        },
      }),
  }
}

describe('sallyport registry check', () => {
  it('refuses a connection whose app nobody tells of a sign-on', async () => {
    const { run, write, errors } = await setup()
    write('deaf.json', registryFileWith({ 'apps[0].ssoDestination': undefined }))

    expect(await run('registry', 'check', 'deaf.json')).toBe(1)
    expect(errors).toEqual([
      'deaf.json: connections[0].app: The app "heartline" has no ssoDestination, so nobody would receive the SessionID. Add one to the app.',
    ])
  })

  it('says that a right file is right, and reaches nothing', async () => {
    const { errors, lines, unreached } = await setup()

    expect(await unreached('registry', 'check', 'registry.json')).toBe(0)
    expect(lines).toEqual([
      'registry.json: no problems (organizations: 2, apps: 2, registrations: 2, connections: 2).',
    ])
    expect(errors).toEqual([])
  })

  it('prints every problem, one a line: file, path, what is wrong, remedy', async () => {
    const { errors, lines, run, write } = await setup()
    write(
      'wrong.json',
      registryFileWith({
        'apps[0].ssoDestination': undefined,
        'connections[1].landingUrl': 'http://dosing.example/done',
      }),
    )

    expect(await run('registry', 'check', 'wrong.json')).toBe(1)
    expect(errors).toEqual([
      'wrong.json: connections[0].app: The app "heartline" has no ssoDestination, so nobody would receive the SessionID. Add one to the app.',
      'wrong.json: connections[1].landingUrl: "dosing.example" is addressed by http. Use https.',
    ])
    expect(lines).toEqual([])
  })

  it('goes by the stack’s upstreams, and by https where there is no stack', async () => {
    const { errors, outputs, remove, run, write } = await setup()
    write('loopback.json', { Broker: { ...outputs, Upstreams: 'loopback' } })

    expect(await run('registry', 'check', 'registry.json', '--outputs', 'loopback.json')).toBe(1)
    expect(errors[0]).toContain('is not on this machine')

    remove('cdk-outputs.json')
    expect(await run('registry', 'check', 'registry.json')).toBe(0)
  })

  it.each([
    ['missing.json', 'missing.json: cannot be read. Name a registry file.'],
    ['.', '.: cannot be read. Name a registry file.'],
  ])('says that %s cannot be read', async (path, message) => {
    const { errors, run } = await setup()

    expect(await run('registry', 'check', path)).toBe(1)
    expect(errors).toEqual([`sallyport: ${message}`])
  })
})

describe('sallyport registry apply', () => {
  it('writes the registry with what discovery found, and the second time nothing', async () => {
    const { documents, lines, registry: tableName, run } = await setup({ present: NAMED })

    expect(await run('registry', 'apply', 'registry.json')).toBe(0)
    expect(await run('registry', 'apply', 'registry.json')).toBe(0)

    expect(lines.slice(0, 10)).toEqual(lines.slice(0, 10).filter((line) => line.startsWith('+ ')))
    expect(lines.slice(10)).toEqual([
      expect.stringContaining('10 rows written, 0 deleted, 0 unchanged.'),
      'registry.json: no change (organizations: 2, apps: 2, registrations: 2, connections: 2).',
    ])
    const registry = dynamodbRegistry({ documents, tableName, now: () => NOW })
    const [connection] = await registry.findConnectionsByIssuer('https://ehr.general.example/fhir')
    expect(connection).toMatchObject({
      id: 'general-production',
      endpointHosts: ['login.ehr.general.example'],
    })
    expect(await registry.findAppByClient('dosing-server')).toMatchObject({ id: 'dosing' })
  })

  it('takes out what the file no longer has', async () => {
    const { documents, lines, registry: tableName, run, write } = await setup({ present: NAMED })
    await run('registry', 'apply', 'registry.json')
    write('registry.json', registryFileWith({ connections: [] }))

    expect(await run('registry', 'apply', 'registry.json')).toBe(0)

    expect(lines.slice(-3)).toEqual([
      '- connection general-production',
      '- connection mercy-production',
      expect.stringContaining('2 rows written, 2 deleted, 6 unchanged.'),
    ])
    const registry = dynamodbRegistry({ documents, tableName, now: () => NOW })
    expect(await registry.findConnection('general-production')).toBeUndefined()
  })

  it('writes nothing of a file that has a problem', async () => {
    const { errors, unreached, write } = await setup({ present: NAMED })
    write('wrong.json', registryFileWith({ 'connections[0].app': 'gone' }))

    expect(await unreached('registry', 'apply', 'wrong.json')).toBe(1)
    expect(errors[0]).toContain('There is no app "gone".')
  })

  it('writes nothing when an EHR cannot be asked, and says which', async () => {
    const {
      documents,
      errors,
      outputs,
      registry: tableName,
      run,
      write,
    } = await setup({ present: NAMED })
    write('cdk-outputs.json', { Broker: { ...outputs, Upstreams: 'loopback' } })
    write(
      'local.json',
      registryFileWith({
        'apps[0].ssoDestination.url': 'http://127.0.0.1:4020/sso',
        'apps[0].ssoDestination.errorUrl': undefined,
        'apps[0].ssoDestination.redirectOrigins': ['http://127.0.0.1:4020'],
        'apps[1].ssoDestination.url': 'http://127.0.0.1:4021/sso',
        'apps[1].clients': [],
        'connections[0].fhirBaseUrl': 'http://127.0.0.1:4010/fhir',
        'connections[1].fhirBaseUrl': 'http://127.0.0.1:4011/fhir',
        'connections[1].landingUrl': undefined,
        'connections[1].frameAncestors': undefined,
      }),
    )

    expect(await run('registry', 'apply', 'local.json')).toBe(1)
    expect(errors).toEqual([
      'local.json: connections[0].fhirBaseUrl: The EHR of "general-production" did not say where its endpoints are (discovery_failed). Correct the address and try again, or give authorizationServer, or endpointHosts, in the file.',
      'Nothing was written.',
    ])
    const registry = dynamodbRegistry({ documents, tableName, now: () => NOW })
    expect(await registry.findApp('heartline')).toBeUndefined()
  })

  it('writes nothing while a secret is not there or waits for its deletion, and says how to set it', async () => {
    const {
      documents,
      errors,
      registry: tableName,
      run,
      secrets,
    } = await setup({
      present: NAMED.slice(1),
    })
    await secrets.send(new DeleteSecretCommand({ SecretId: 'broker/client/general/heartline' }))

    for (const verb of ['diff', 'apply']) {
      expect(await run('registry', verb, 'registry.json')).toBe(1)
      expect(errors.splice(0).slice(0, 2)).toEqual([
        'registry.json: apps[0].ssoDestination.secretRef: The stack has no secret "heartline". Set it from standard input: sallyport secret set sso heartline',
        'registry.json: registrations[0].authentication.secretRef: The stack has no secret "general/heartline". Set it from standard input: sallyport secret set client general/heartline',
      ])
    }
    const registry = dynamodbRegistry({ documents, tableName, now: () => NOW })
    expect(await registry.findApp('heartline')).toBeUndefined()
  })

  it('tells AWS’s own words when AWS refuses', async () => {
    const { errors, outputs, run, write } = await setup({ present: NAMED })
    write('cdk-outputs.json', { Broker: { ...outputs, RegistryTableName: 'no-such-table' } })

    expect(await run('registry', 'apply', 'registry.json')).toBe(1)
    expect(errors).toEqual([expect.stringMatching(/^sallyport: ResourceNotFoundException: /)])
  })
})

describe('sallyport registry diff', () => {
  it('says by row and field what apply would change, and changes nothing', async () => {
    const { documents, lines, registry: tableName, run, write } = await setup({ present: NAMED })
    await run('registry', 'apply', 'registry.json')
    lines.length = 0
    write(
      'next.json',
      registryFileWith({
        'apps[0].ssoDestination.errorUrl': undefined,
        'connections[1].sessionPolicy.idleSeconds': 900,
        'apps[1].clients': [],
        'organizations[2]': { slug: 'lakeside', name: 'Lakeside' },
      }),
    )

    expect(await run('registry', 'diff', 'next.json')).toBe(0)

    expect(lines).toEqual([
      '+ organization lakeside',
      '~ app heartline',
      '    ssoDestination.errorUrl: "https://heartline.example/sso-failed" → none',
      '~ app dosing',
      '    clients: none → []',
      '    clients[0].clientId: "dosing-server" → none',
      '    clients[0].jwksUri: "https://dosing.example/jwks.json" → none',
      '~ connection mercy-production',
      '    sessionPolicy.idleSeconds: 600 → 900',
      '- client dosing-server',
    ])
    const registry = dynamodbRegistry({ documents, tableName, now: () => NOW })
    expect(await registry.findAppByClient('dosing-server')).toMatchObject({ id: 'dosing' })
  })

  it('says that there is no change where there is none', async () => {
    const { lines, run } = await setup({ present: NAMED })
    await run('registry', 'apply', 'registry.json')

    expect(await run('registry', 'diff', 'registry.json')).toBe(0)
    expect(lines.at(-1)).toMatch(/^registry\.json: no change /)
  })

  it('refuses what apply refuses, before it reaches anything', async () => {
    const { errors, unreached, write } = await setup({ present: NAMED })
    write('wrong.json', registryFileWith({ 'connections[0].app': 'gone' }))

    expect(await unreached('registry', 'diff', 'wrong.json')).toBe(1)
    expect(errors[0]).toMatch(/^wrong\.json: connections\[0\]\.app: There is no app "gone"\./)
  })
})

describe('sallyport registry show', () => {
  it('prints each row with its fields, what discovery found among them', async () => {
    const { lines, run } = await setup({ present: NAMED })
    await run('registry', 'apply', 'registry.json')
    lines.length = 0

    expect(await run('registry', 'show')).toBe(0)

    expect(lines.filter((line) => !line.startsWith(' '))).toHaveLength(10)
    const from = lines.indexOf('registration general-heartline')
    expect(lines.slice(from, from + 5)).toEqual([
      'registration general-heartline',
      '    app: "heartline"',
      '    authentication.method: "client_secret_basic"',
      '    authentication.secretRef: "general/heartline"',
      '    clientId: "client-at-general"',
    ])
    expect(lines).toContain('    endpointHosts: ["login.ehr.general.example"]')
  })

  it('says that an empty registry is empty', async () => {
    const { lines, run } = await setup({ present: NAMED })

    expect(await run('registry', 'show')).toBe(0)
    expect(lines).toEqual(['The registry is empty. Fill it with: sallyport registry apply <file>'])
  })
})

describe('sallyport secret set', () => {
  const reading = (SecretId: string, VersionStage = 'AWSCURRENT') =>
    new GetSecretValueCommand({ SecretId, VersionStage })

  it('creates the secret under the storage key, without the final line break', async () => {
    const { keys, lines, run, secrets } = await setup({ input: ' pass word \r\n' })

    expect(await run('secret', 'set', 'client', 'general/heartline')).toBe(0)

    expect(lines).toEqual(['broker/client/general/heartline: created.'])
    const SecretId = 'broker/client/general/heartline'
    expect(await secrets.send(reading(SecretId))).toMatchObject({ SecretString: ' pass word ' })
    expect(await secrets.send(new DescribeSecretCommand({ SecretId }))).toMatchObject({
      KmsKeyId: keys.sealing,
    })
  })

  it('makes a second one the current, and the first the previous', async () => {
    const { lines, run, secrets, stdin } = await setup({ input: 'one' })
    await run('secret', 'set', 'client', 'heartline')
    stdin.input = 'two'

    expect(await run('secret', 'set', 'client', 'heartline')).toBe(0)

    const SecretId = 'broker/client/heartline'
    expect(lines.at(-1)).toBe(`${SecretId}: set. Running functions follow within five minutes.`)
    expect(await secrets.send(reading(SecretId))).toMatchObject({ SecretString: 'two' })
    expect(await secrets.send(reading(SecretId, 'AWSPREVIOUS'))).toMatchObject({
      SecretString: 'one',
    })
  })

  it('keeps SSO secrets under their own prefix, and prints the value nowhere', async () => {
    const { errors, lines, run, secrets } = await setup({ input: `${SSO_SECRET}\n` })

    expect(await run('secret', 'set', 'sso', 'heartline')).toBe(0)

    expect(await secrets.send(reading('broker/sso/heartline'))).toMatchObject({
      SecretString: SSO_SECRET,
    })
    expect([...lines, ...errors].join()).not.toContain('planted')
  })

  it.each([
    ['', 'Standard input was empty, and nothing was set.', 1],
    ['\n', 'Standard input was empty, and nothing was set.', 1],
    ['planted\nplanted\n', /line break or another control character/, 1],
    ['planted', /^An SSO secret has at least 32 bytes/, 1],
    [undefined, /^A terminal would show the secret\./, 2],
  ])('refuses %j', async (input, message, status) => {
    const { errors, run, secrets } = await setup({ input })

    expect(await run('secret', 'set', 'sso', 'heartline')).toBe(status)

    const [error = ''] = errors
    expect(error.replace(/^sallyport: /, '')).toMatch(message)
    expect(error).not.toContain('planted')
    await expect(secrets.send(reading('broker/sso/heartline'))).rejects.toThrow("can't find")
  })

  it.each(['', '/heartline', 'Heartline', '../sso/heartline', 'a b'])(
    'refuses the name %j',
    async (name) => {
      const { errors, unreached } = await setup({ input: SSO_SECRET })

      expect(await unreached('secret', 'set', 'sso', name)).toBe(2)
      expect(errors).toEqual([
        expect.stringMatching(/^sallyport: That is not the name of a secret\./),
      ])
    },
  )
})

describe('sallyport --outputs', () => {
  it('takes the local runtime’s file only where there is no cdk-outputs.json', async () => {
    const { lines, outputs, remove, run, write } = await setup({ input: 'one' })
    write('.sallyport/outputs.json', { Local: { ...outputs, ClientSecretsPrefix: 'local/' } })

    await run('secret', 'set', 'client', 'a')
    remove('cdk-outputs.json')
    await run('secret', 'set', 'client', 'a')

    expect(lines).toEqual(['broker/client/a: created.', 'local/a: created.'])
  })

  it('wants to know which, where there are two stacks, and takes the one named', async () => {
    const { errors, lines, outputs, run, write } = await setup({ input: 'one' })
    const second = { ...outputs, ClientSecretsPrefix: 'second/' }
    write('cdk-outputs.json', { First: outputs, Second: second, Other: {} })

    expect(await run('secret', 'set', 'client', 'a')).toBe(1)
    expect(errors).toEqual([
      'sallyport: cdk-outputs.json: there are several stacks (First, Second). Choose one with --stack.',
    ])

    expect(await run('secret', 'set', 'client', 'a', '--stack', 'Second')).toBe(0)
    expect(lines).toEqual(['second/a: created.'])
  })

  it.each([
    ['not JSON', '{', /out\.json: not JSON\. Deploy again/],
    ['a list', '[1]', /out\.json: not a file of stack outputs\./],
    ['no stack of ours', '{"Other":{}}', /out\.json: there are no outputs of a broker’s stack\./],
    [
      'an older stack',
      '{"Broker":{"RegistryTableName":"t","Upstreams":"both"}}',
      /out\.json: Broker: missing or unusable: Upstreams, ClientSecretsPrefix, SsoSecretsPrefix\./,
    ],
  ])('says so of a file that holds %s', async (_what, content, message) => {
    const { errors, run, write } = await setup({ input: 'one' })
    write('out.json', content)

    expect(await run('secret', 'set', 'client', 'a', '--outputs', 'out.json')).toBe(1)
    expect(errors).toEqual([expect.stringMatching(message)])
  })

  it('says how to make the file when there is none', async () => {
    const { errors, remove, run } = await setup({ input: 'one' })
    remove('cdk-outputs.json')

    expect(await run('secret', 'set', 'client', 'a')).toBe(1)
    expect(errors.splice(0)).toEqual([
      expect.stringContaining('Deploy with "npx cdk deploy --outputs-file cdk-outputs.json"'),
    ])

    expect(await run('secret', 'set', 'client', 'a', '--outputs', 'gone.json')).toBe(1)
    expect(errors).toEqual([expect.stringContaining('gone.json: cannot be read.')])
  })
})

describe('sallyport', () => {
  it('says which release it is, and reaches nothing', async () => {
    const { lines, unreached } = await setup()
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'))

    expect(await unreached('--version')).toBe(0)
    expect(lines).toEqual([`sallyport ${version}`])
  })

  it.each([[[]], [['help']], [['--help']], [['-h']], [['registry', '--help']]])(
    'prints its help for %j',
    async (args) => {
      const { lines, unreached } = await setup()

      expect(await unreached(...args)).toBe(0)
      expect(lines.join()).toContain('registry apply <file>')
    },
  )

  it.each([
    [['registry']],
    [['registry', 'check']],
    [['registry', 'check', 'a.json', 'b.json']],
    [['registry', 'delete', 'a.json']],
    [['registry', 'schema', 'more']],
    [['secret', 'set', 'client']],
    [['secret', 'set', 'other', 'a']],
    [['secret', 'set', 'sso', 'a', 'planted']],
    [['secret', 'get', 'client', 'a']],
    [['--skip-discovery']],
    [['registry', 'check', 'a.json', '--outputs']],
  ])('answers 2 for %j, and does not repeat its arguments', async (args) => {
    const { errors, unreached } = await setup()

    expect(await unreached(...args)).toBe(2)
    expect(errors).toEqual([expect.stringContaining('See: sallyport help')])
    expect(errors.join()).not.toContain('planted')
  })

  it('prints the schema', async () => {
    const { lines, unreached } = await setup()

    expect(await unreached('registry', 'schema')).toBe(0)
    expect(JSON.parse(lines.join('\n'))).toHaveProperty('title', 'Sallyport registry')
  })
})
