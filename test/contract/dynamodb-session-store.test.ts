import { DeleteCommand, GetCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it } from 'vitest'
import { dynamodbSessionStore } from '#adapters/dynamodb/session-store.ts'
import { aSession, NOW } from '../fixtures.ts'
import { createTables } from './local-aws.ts'
import { loseFirstAnswers } from './lost-answer.ts'
import { sessionStoreContract } from './session-store.contract.ts'

async function setup() {
  const { documents, sessions: tableName } = await createTables()
  return { documents, tableName, store: dynamodbSessionStore({ documents, tableName }) }
}

describe('dynamodbSessionStore', () => {
  sessionStoreContract(async () => {
    const { documents, tableName, store } = await setup()
    return {
      store,
      remove: async (id) => {
        await documents.send(new DeleteCommand({ TableName: tableName, Key: { id } }))
      },
    }
  })

  it('takes its own repeated writes for one, from the first to the last', async () => {
    const { documents, store } = await setup()
    loseFirstAnswers(documents)
    const session = aSession()
    const renewed = {
      sealedTokens: new Uint8Array([7]),
      tokenVersion: 2,
      accessTokenExpiresAt: NOW + 7_200,
      refreshDueAt: NOW + 7_140,
      scopes: [],
    }
    const request = (owner: string) => ({
      lease: { owner, until: NOW + 20 },
      attempt: { id: `attempt-${owner}`, startedAt: NOW, phase: 'redeeming' } as const,
    })

    await store.create(session)
    expect(await store.acquireLease(session.id, { fence: 0, ...request('a') })).toMatchObject({
      fence: 1,
    })
    expect(await store.storeTokens(session.id, { fence: 1, owner: 'a' }, renewed)).toBe(true)
    expect(await store.acquireLease(session.id, { fence: 1, ...request('b') })).toMatchObject({
      fence: 2,
    })
    expect(
      await store.releaseLease(
        session.id,
        { fence: 2, owner: 'b' },
        { status: 'reauthorization-required', failures: 1 },
      ),
    ).toBe(true)

    expect(await store.read(session.id, { consistent: true })).toMatchObject({
      fence: 2,
      tokenVersion: 2,
      status: 'reauthorization-required',
    })
  })

  it('keeps what the session has, flat, under the names that the table and its TTL know', async () => {
    const { documents, tableName, store } = await setup()
    const session = aSession()
    await store.create(session)

    const { Item } = await documents.send(
      new GetCommand({ TableName: tableName, Key: { id: session.id } }),
    )

    expect(Item).toEqual(session)
  })
})
