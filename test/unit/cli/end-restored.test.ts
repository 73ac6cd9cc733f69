import { CreateTableCommand } from '@aws-sdk/client-dynamodb'
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it } from 'vitest'
import { toSessionItem } from '#adapters/dynamodb/session-item.ts'
import { dynamodbSessionStore } from '#adapters/dynamodb/session-store.ts'
import type { Session } from '#core/session/session-store.ts'
import { systemTokensId } from '#core/system-access/system-tokens-row.ts'
import { createTables } from '../../contract/local-aws.ts'
import { aConnection, aSession, NOW } from '../../fixtures.ts'
import { commandLineIn } from '../../support/cli.ts'

const COPY = 'sessions-restored'
const GONE = aSession({
  id: 'gone-session-key-00000000000000000000000000',
  patient: 'planted-patient',
  sealedTokens: Buffer.from('planted-token'),
  lease: { owner: 'who-held-it-then', until: NOW },
})
const NEWER = aSession({ id: 'newer-session-key-0000000000000000000000000', tokenVersion: 7 })
const SYSTEM_ROW = aSession({ id: systemTokensId(aConnection(), NOW) })

/** A table with these sessions, and a copy of it that was restored, with those. */
async function setup(restored: readonly Session[], present: readonly Session[] = []) {
  const aws = await createTables()
  await aws.documents.send(
    new CreateTableCommand({
      TableName: COPY,
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  )
  for (const session of restored) {
    await aws.documents.send(new PutCommand({ TableName: COPY, Item: toSessionItem(session) }))
  }
  const store = dynamodbSessionStore({ documents: aws.documents, tableName: aws.sessions })
  for (const session of present) await store.create(session)
  const { run } = commandLineIn({
    'cdk-outputs.json': {
      Broker: {
        Upstreams: 'public',
        RegistryTableName: aws.registry,
        SessionsTableName: aws.sessions,
        ClientSecretsPrefix: 'client/',
        SsoSecretsPrefix: 'sso/',
        EventBusName: 'events',
      },
    },
  })
  return {
    store,
    table: aws.sessions,
    told: () => aws.aws.events.map(({ detail }) => detail),
    run: (...args: string[]) =>
      run(args, { documents: () => aws.documents, eventBridge: () => aws.eventBridge }),
  }
}

describe('sallyport sessions end-restored', () => {
  it('gives each session of the copy a row that is ending and due, held by nobody, and tells its app', async () => {
    const { run, store, told } = await setup([GONE])

    expect(await run('sessions', 'end-restored', COPY)).toMatchObject({
      exitCode: 0,
      lines: [`${COPY}: 1 sessions ended.`],
      errors: [],
    })

    const { lease: _, ...without } = GONE
    expect(await store.read(GONE.id)).toEqual({
      ...without,
      status: 'ending',
      dueAt: NOW,
      sealedTokens: expect.anything(),
    })
    expect(told()).toEqual([
      expect.objectContaining({ type: 'session.ended', reason: 'operator', session: GONE.id }),
    ])
  })

  it('leaves a session as it is that the table has: what it has is newer', async () => {
    const { run, store, told } = await setup([{ ...NEWER, tokenVersion: 3 }, GONE], [NEWER])

    expect((await run('sessions', 'end-restored', COPY)).lines).toEqual([
      `${COPY}: 1 sessions ended.`,
      '1 are in the stack’s own table, and were left as they are.',
    ])
    expect(await store.read(NEWER.id)).toMatchObject({ status: 'active', tokenVersion: 7 })
    expect(told()).toHaveLength(1)
  })

  it('brings no tokens of a connection’s own back, and ends nothing twice', async () => {
    const { run, store } = await setup([SYSTEM_ROW, GONE])

    await run('sessions', 'end-restored', COPY)
    expect(await store.read(SYSTEM_ROW.id)).toBeUndefined()
    expect((await run('sessions', 'end-restored', COPY)).lines[0]).toBe(
      `${COPY}: 0 sessions ended.`,
    )
  })

  it('ends more than it reads at once', async () => {
    const many = Array.from({ length: 21 }, (_, n) => aSession({ id: `session-${n}` }))
    const { run, store } = await setup(many)

    expect((await run('sessions', 'end-restored', COPY)).lines).toEqual([
      `${COPY}: 21 sessions ended.`,
    ])
    expect((await store.read('session-20'))?.status).toBe('ending')
  })

  it('refuses the table that the stack uses', async () => {
    const { run, store, table } = await setup([], [NEWER])

    expect(await run('sessions', 'end-restored', table)).toMatchObject({
      exitCode: 2,
      errors: [expect.stringContaining('end-all --every-connection')],
    })
    expect((await store.read(NEWER.id))?.status).toBe('active')
  })
})

describe('sallyport sessions end-all --every-connection', () => {
  it('ends all that live, whosever they are, and no connection’s own tokens', async () => {
    const other = aSession({ id: 'other', connection: 'other-production' })
    const { run, store } = await setup([], [NEWER, other, SYSTEM_ROW])

    expect((await run('sessions', 'end-all', '--every-connection')).lines).toEqual([
      'Every connection: 2 sessions ended.',
    ])
    expect((await store.read(NEWER.id))?.status).toBe('ending')
    expect((await store.read('other'))?.status).toBe('ending')
    expect((await store.read(SYSTEM_ROW.id))?.status).toBe('active')
  })

  it.each([[['end-all']], [['end-all', 'general-production', '--every-connection']]])(
    'is not understood as %j',
    async (words) => {
      const { run, store } = await setup([], [NEWER])

      expect(await run('sessions', ...words)).toMatchObject({ exitCode: 2 })
      expect((await store.read(NEWER.id))?.status).toBe('active')
    },
  )
})
