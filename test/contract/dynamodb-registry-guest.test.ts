import { describe, expect, it } from 'vitest'
import { dynamodbRegistryGuest } from '#adapters/dynamodb/registry-guest.ts'
import { dynamodbRegistryWriter } from '#adapters/dynamodb/registry-writer.ts'
import { aConnection, anApp } from '../fixtures.ts'
import { createTables } from './local-aws.ts'
import { someContents } from './registry.contract.ts'

const GUEST = someContents({
  organizations: [{ slug: 'guest', name: 'Guest' }],
  apps: [anApp({ id: 'guest', clients: [{ clientId: 'guest-server' }] })],
  registrations: [],
  connections: [aConnection({ id: 'guest-development', organization: 'guest', app: 'guest' })],
})

async function setup() {
  const { documents, registry: tableName } = await createTables()
  const writer = dynamodbRegistryWriter({ documents, tableName })
  await writer.replace(someContents())
  const guest = (contents = GUEST) => dynamodbRegistryGuest({ documents, tableName, contents })
  return { writer, guest, before: await writer.rows() }
}

describe('dynamodbRegistryGuest', () => {
  it('puts rows beside those that are there, and takes them away again', async () => {
    const { writer, guest, before } = await setup()
    const one = guest()

    await one.enter()
    const ids = (await writer.rows()).map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining(['app#guest', 'connection#guest-development']))
    expect(ids).toEqual(expect.arrayContaining(before.map(({ id }) => id)))

    await one.leave()
    expect(await writer.rows()).toEqual(before)
  })

  it('writes over no row whose name is taken, and takes it away neither', async () => {
    const { writer, guest, before } = await setup()
    const one = guest({ ...GUEST, apps: [anApp({ name: 'Not the one that is there' })] })

    await expect(one.enter()).rejects.toThrow('conditional')
    await one.leave()

    expect(await writer.rows()).toEqual(before)
  })
})
