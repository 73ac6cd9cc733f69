import { describe, expect, it } from 'vitest'
import { dynamodbEndSession } from '#adapters/dynamodb/end-session.ts'
import { dynamodbSessionReader } from '#adapters/dynamodb/session-reader.ts'
import { dynamodbSessionStore } from '#adapters/dynamodb/session-store.ts'
import { SESSION_END_ATTRIBUTES, SESSION_VIEW_ATTRIBUTES } from '#contract/tables.ts'
import { aSession, NOW } from '../fixtures.ts'
import { createTables } from './local-aws.ts'

async function setup() {
  const { documents, sessions: tableName } = await createTables()
  const store = dynamodbSessionStore({ documents, tableName })
  const session = aSession({ patient: 'pat-1' })
  await store.create(session)
  return { documents, tableName, store, session }
}

describe('dynamodbSessionReader', () => {
  it.each([
    ['the token function', SESSION_END_ATTRIBUTES],
    ['the session function', SESSION_VIEW_ATTRIBUTES],
  ])('gives %s what it is granted, and no token', async (_function, attributes) => {
    const { documents, tableName, session } = await setup()
    const read = dynamodbSessionReader({ documents, tableName, attributes })

    const found = await read(session.id)

    expect(found).toMatchObject({ id: session.id, app: session.app, expiresAt: session.expiresAt })
    expect(
      Object.keys(found ?? {}).filter((name) => !attributes.some((one) => one === name)),
    ).toEqual([])
    expect(found).not.toHaveProperty('sealedTokens')
    expect(await read('another')).toBeUndefined()
  })
})

describe('dynamodbEndSession', () => {
  it('ends a session and makes it due, and leaves the rest of it', async () => {
    const { documents, tableName, store, session } = await setup()

    await dynamodbEndSession({ documents, tableName, now: () => NOW })(session.id)

    const ended = { status: 'ending', dueAt: NOW }
    expect(await store.read(session.id)).toEqual({ ...session, ...ended })
  })

  it('brings none back that is gone', async () => {
    const { documents, tableName, store } = await setup()

    await dynamodbEndSession({ documents, tableName })('gone')

    expect(await store.read('gone')).toBeUndefined()
  })
})
