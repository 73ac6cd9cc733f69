import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it } from 'vitest'
import { dynamodbOneTimeStore } from '#adapters/dynamodb/one-time-store.ts'
import { NOW } from '../fixtures.ts'
import { createTables } from './local-aws.ts'
import { loseFirstAnswers } from './lost-answer.ts'
import { oneTimeStoreContract } from './one-time-store.contract.ts'

const record = {
  browser: { cookieName: '__Host-sp-abcdefgh', cookieHash: 'cookie-hash' },
  createdAt: NOW,
  expiresAt: NOW + 600,
  sealed: new Uint8Array([1, 2, 3]),
  clear: { launchId: 'abcdefgh' },
}
const taker = { nonce: 'a', cookieHashes: ['cookie-hash'] }

async function setup() {
  const { documents, launches: tableName } = await createTables()
  const store = dynamodbOneTimeStore({ documents, tableName, kind: 'ticket', now: () => NOW })
  const item = async (id: string) =>
    (await documents.send(new GetCommand({ TableName: tableName, Key: { id } }))).Item
  return { documents, tableName, store, item }
}

describe('dynamodbOneTimeStore', () => {
  oneTimeStoreContract(async (now) => {
    const { documents, launches: tableName } = await createTables()
    return dynamodbOneTimeStore({ documents, tableName, kind: 'launch', now })
  })

  it('removes the ciphertext of what was spent, and keeps the rest until it expires', async () => {
    const { store, item } = await setup()
    await store.put('key', record)
    await store.take('key', taker)

    await store.spend('key')

    expect(await item('ticket#key')).toEqual({
      id: 'ticket#key',
      ...record.browser,
      createdAt: NOW,
      expiresAt: NOW + 600,
      clear: record.clear,
      takenBy: 'a',
    })
  })

  it('makes no row where none is taken or spent', async () => {
    const { store, item } = await setup()

    await store.take('key', taker)
    await store.spend('key')

    expect(await item('ticket#key')).toBeUndefined()
  })

  it('keeps a launch and a ticket of one key apart', async () => {
    const { documents, tableName, store } = await setup()
    await store.put('key', record)

    const launches = dynamodbOneTimeStore({ documents, tableName, kind: 'launch', now: () => NOW })

    expect(await launches.take('key', taker)).toEqual({ refused: 'unknown' })
  })

  it('takes its own repeated writes for one', async () => {
    const { documents, store } = await setup()
    loseFirstAnswers(documents)

    await store.put('key', record)

    expect(await store.take('key', taker)).toEqual({ record })
    expect(await store.take('key', { ...taker, nonce: 'b' })).toEqual({
      refused: 'used',
      launchId: 'abcdefgh',
    })
  })

  it('stays taken when a repetition of the put arrives late', async () => {
    const { store } = await setup()
    await store.put('key', record)
    await store.take('key', taker)

    await expect(store.put('key', record)).rejects.toThrow()

    expect(await store.take('key', { ...taker, nonce: 'b' })).toEqual({
      refused: 'used',
      launchId: 'abcdefgh',
    })
  })
})
