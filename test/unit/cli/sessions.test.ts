import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { dynamodbSessionStore } from '#adapters/dynamodb/session-store.ts'
import { runCli } from '#cli/run-cli.ts'
import { Secret } from '#core/secret.ts'
import { sessionKey } from '#core/session/session-id.ts'
import type { Session } from '#core/session/session-store.ts'
import { systemTokensId } from '#core/system-access/system-tokens-row.ts'
import { createTables } from '../../contract/local-aws.ts'
import { aConnection, aSession, NOW } from '../../fixtures.ts'

const SESSION_ID = 'planted-session-id-of-256-random-bits-0123x'
const KEY = sessionKey(new Secret(SESSION_ID))
const ANOTHER = `${KEY.slice(0, 8)}another-key-that-begins-as-the-first`.slice(0, 43)

const SYSTEM_ROW = systemTokensId(aConnection({ id: 'other-production' }), NOW)

/** Four sessions, one a state, of two connections. */
const SESSIONS: readonly Session[] = [
  aSession({ id: KEY, patient: 'planted-patient', sealedTokens: Buffer.from('planted-token') }),
  aSession({ id: ANOTHER, createdAt: NOW + 1, status: 'reauthorization-required' }),
  aSession({ id: sessionKey(new Secret('3')), createdAt: NOW + 2, lastUsedAt: NOW - 3_600 }),
  aSession({
    id: sessionKey(new Secret('4')),
    createdAt: NOW + 3,
    connection: 'other-production',
    status: 'ending',
  }),
]

async function setup({
  input,
  busName = 'events',
}: {
  readonly input?: string
  readonly busName?: string
} = {}) {
  const aws = await createTables()
  const cwd = mkdtempSync(join(tmpdir(), 'sallyport-cli-'))
  onTestFinished(() => rmSync(cwd, { recursive: true }))
  const outputs = {
    Upstreams: 'public',
    RegistryTableName: aws.registry,
    SessionsTableName: aws.sessions,
    EventBusName: busName,
    ClientSecretsPrefix: 'broker/client/',
    SsoSecretsPrefix: 'broker/sso/',
  }
  writeFileSync(join(cwd, 'cdk-outputs.json'), JSON.stringify({ Broker: outputs }))
  const store = dynamodbSessionStore({ documents: aws.documents, tableName: aws.sessions })
  for (const session of SESSIONS) await store.create(session)
  // The row of a connection's own tokens, which is no session.
  await store.create(aSession({ id: SYSTEM_ROW, connection: 'other-production' }))

  return {
    store,
    told: () => aws.aws.events.map(({ detail }) => detail),
    statuses: async () =>
      Promise.all(SESSIONS.map(async ({ id }) => (await store.read(id))?.status)),
    async run(...args: string[]) {
      const lines: string[] = []
      const errors: string[] = []
      const exitCode = await runCli(args, {
        cwd,
        write: (line) => lines.push(line),
        writeError: (line) => errors.push(line),
        readInput: async () => input,
        documents: () => aws.documents,
        secrets: () => aws.secrets,
        eventBridge: () => aws.eventBridge,
        logs: () => aws.logs,
        kms: () => aws.kms,
        egress: () => async () => {
          throw new Error('reached')
        },
        probe: () => {
          throw new Error('reached')
        },
        discover: () => async () => {
          throw new Error('reached')
        },
        now: () => NOW * 1000,
      })
      const said = [...lines, ...errors].join('\n')
      for (const planted of ['planted-patient', 'planted-token', SESSION_ID]) {
        expect(said).not.toContain(planted)
        expect(said).not.toContain(Buffer.from(planted).toString('base64'))
      }
      return { exitCode, lines, errors, json: () => JSON.parse(lines.join('\n')) }
    },
  }
}

describe('sallyport sessions list', () => {
  it('has a line a session, oldest first, with as much of its key as names it', async () => {
    const { run } = await setup()

    const { exitCode, lines } = await run('sessions', 'list')

    expect(exitCode).toBe(0)
    expect(lines).toHaveLength(5)
    expect(lines[0]).toBe(
      `${KEY.slice(0, 12)}  active                    general-production  heartline  since 2026-01-01T00:00:00Z, used 2026-01-01T00:00:00Z`,
    )
    expect(lines[4]).toBe('4 sessions.')
  })

  it.each([
    [['--connection', 'other-production'], ['ending']],
    [['--state', 'active'], ['active']],
    [['--state', 'expired'], ['expired']],
    [['--state', 'reauthorization-required'], ['reauthorization-required']],
    [['--state', 'active', '--connection', 'other-production'], []],
  ])('lists those that %j asks for', async (options, states) => {
    const { run } = await setup()

    const { json } = await run('sessions', 'list', '--json', ...options)

    expect(json().map(({ state }: { state: string }) => state)).toEqual(states)
  })

  it('says which states there are, of one that is none', async () => {
    const { run } = await setup()

    expect(await run('sessions', 'list', '--state', 'dead')).toMatchObject({
      exitCode: 2,
      errors: ['sallyport: --state is one of active, reauthorization-required, ending, expired.'],
    })
  })
})

describe('sallyport sessions show', () => {
  it.each([
    ['-key-that-begins-with-a-hyphen', ['--json']],
    ['--key-that-begins-with-two', []],
  ])('takes %s for a key, and what follows for options', async (begin, options) => {
    const { run, store } = await setup()
    const id = `${begin}-and-is-as-long-as-a-key-is-and-more`.slice(0, 43)
    await store.create(aSession({ id }))

    for (const name of [id, id.slice(0, 12)]) {
      const { exitCode, lines } = await run('sessions', 'show', name, ...options)
      expect({ exitCode, text: lines.join() }).toMatchObject({
        exitCode: 0,
        text: expect.stringContaining(id),
      })
    }
  })

  it.each([
    ['its key', KEY],
    ['the beginning of its key', KEY.slice(0, 12)],
    ['the SessionID on standard input', '-'],
  ])('shows the session of %s', async (_by, name) => {
    const { run } = await setup({ input: `${SESSION_ID}\n` })

    const { json } = await run('sessions', 'show', name, '--json')

    expect(json()).toEqual({
      key: KEY,
      state: 'active',
      connection: 'general-production',
      app: 'heartline',
      launchId: 'abcdefgh',
      createdAt: '2026-01-01T00:00:00Z',
      lastUsedAt: '2026-01-01T00:00:00Z',
      expiresAt: '2026-01-01T12:00:00Z',
      idleUntil: '2026-01-01T01:00:00Z',
      accessTokenExpiresAt: '2026-01-01T01:00:00Z',
      failedRefreshes: 0,
      scopes: ['openid', 'patient/*.rs', 'offline_access'],
    })
    expect((await run('sessions', 'show', name)).lines).toContain('state:                 active')
  })

  it.each([
    ['no session', 'no-such-session-key', 1, /There is no session of that key\. A SessionID/],
    ['two sessions', KEY.slice(0, 8), 1, /2 sessions have keys that begin so/],
    ['no key', 'short', 2, /8 to 43 characters/],
    ['a SessionID', SESSION_ID, 1, /A SessionID is no key/],
  ])('refuses a name of %s, and says nothing of it', async (_what, name, exitCode, message) => {
    const { run } = await setup()

    const refused = await run('sessions', 'show', name)

    expect(refused).toMatchObject({ exitCode, lines: [] })
    expect(refused.errors.join()).toMatch(message)
    expect(refused.errors.join()).not.toContain(name)
  })

  it('says that standard input is empty, or is of no session', async () => {
    expect(await (await setup()).run('sessions', 'show', '-')).toMatchObject({ exitCode: 2 })
    const other = await setup({ input: 'another-session-id' })
    expect(await other.run('sessions', 'show', '-')).toMatchObject({ exitCode: 1 })
  })
})

describe('sallyport sessions end', () => {
  it('ends the one session, for every reader', async () => {
    const { run, statuses, told } = await setup()

    const { exitCode, lines } = await run('sessions', 'end', KEY)

    expect(exitCode).toBe(0)
    expect(lines).toEqual([expect.stringMatching(/^Ended: .* ending .* general-production/)])
    expect(await statuses()).toEqual(['ending', 'reauthorization-required', 'active', 'ending'])
    expect(told()).toEqual([
      expect.objectContaining({
        type: 'session.ended',
        reason: 'operator',
        app: 'heartline',
        connection: 'general-production',
        session: KEY,
      }),
    ])
  })

  it('ends it also when its app cannot be told, and says so', async () => {
    const { run, statuses } = await setup({ busName: 'gone' })

    const { exitCode, errors } = await run('sessions', 'end', KEY)

    expect(exitCode).toBe(0)
    expect(errors).toEqual([
      'The session is ended, and its app could not be told (ResourceNotFoundException).',
    ])
    expect((await statuses())[0]).toBe('ending')
  })

  it('ends all that live of a connection, and none of another', async () => {
    const { run, store } = await setup()
    const others = Array.from({ length: 25 }, (_, n) =>
      aSession({ id: sessionKey(new Secret(`more-${n}`)), connection: 'other-production' }),
    )
    for (const session of others) await store.create(session)

    const { lines } = await run('sessions', 'end-all', 'other-production')

    expect(lines).toEqual(['other-production: 25 sessions ended.'])
    expect((await store.read(others[24]?.id ?? ''))?.status).toBe('ending')
    expect((await store.read(KEY))?.status).toBe('active')
    expect((await store.read(SYSTEM_ROW))?.status).toBe('active')
    expect((await run('sessions', 'end-all', 'other-production')).lines).toEqual([
      'other-production: 0 sessions ended.',
    ])
  })
})

it.each([[[]], [['show']], [['end', KEY, 'more']], [['purge', KEY]]])(
  'does not understand sessions %j',
  async (words) => {
    expect(await (await setup()).run('sessions', ...words)).toMatchObject({ exitCode: 2 })
  },
)
