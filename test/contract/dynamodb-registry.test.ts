import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it } from 'vitest'
import { dynamodbRegistry } from '#adapters/dynamodb/registry.ts'
import { dynamodbRegistryWriter } from '#adapters/dynamodb/registry-writer.ts'
import { aConnection, anApp, NOW } from '../fixtures.ts'
import { createTables } from './local-aws.ts'
import { registryContract, someContents } from './registry.contract.ts'

async function setup() {
  const { documents, registry: tableName } = await createTables()
  const clock = { now: NOW }
  return {
    clock,
    documents,
    tableName,
    reader: () => dynamodbRegistry({ documents, tableName, now: () => clock.now }),
    writer: dynamodbRegistryWriter({ documents, tableName }),
  }
}

describe('dynamodbRegistry', () => {
  registryContract(setup)

  it('sees a change within a minute, and asks for a row once until then', async () => {
    const { clock, reader, writer } = await setup()
    const registry = reader()
    await writer.replace(someContents())
    await registry.findApp('heartline')
    await registry.findConnectionsByIssuer(aConnection().issuer)
    await writer.replace(someContents({ apps: [anApp({ name: 'New' })], connections: [] }))

    clock.now = NOW + 47
    expect(await registry.findApp('heartline')).toEqual(anApp())
    expect(await registry.findConnectionsByIssuer(aConnection().issuer)).toHaveLength(1)

    clock.now = NOW + 60
    expect(await registry.findApp('heartline')).toEqual(anApp({ name: 'New' }))
    expect(await registry.findConnectionsByIssuer(aConnection().issuer)).toEqual([])
  })

  it('asks again for what was missing after five seconds', async () => {
    const { clock, reader, writer } = await setup()
    const registry = reader()
    expect(await registry.findConnection('general-production')).toBeUndefined()
    await writer.replace(someContents())

    clock.now = NOW + 4
    expect(await registry.findConnection('general-production')).toBeUndefined()

    clock.now = NOW + 5
    expect(await registry.findConnection('general-production')).toEqual(aConnection())
  })

  it('names a client’s app only while that app lists the client', async () => {
    const { documents, reader, tableName, writer } = await setup()
    await writer.replace(someContents())
    const stray = { id: 'client#stray', app: 'heartline' }
    await documents.send(new PutCommand({ TableName: tableName, Item: stray }))

    expect(await reader().findAppByClient('stray')).toBeUndefined()
  })

  it('keeps rows by the prefixes that grants go by, connections alone with an issuer', async () => {
    const { documents, tableName, writer } = await setup()
    await writer.replace(someContents())

    const { Items = [] } = await documents.send(new ScanCommand({ TableName: tableName }))

    expect(Items.map((item) => item['id']).sort()).toEqual([
      'app#heartline',
      'client#heartline-server',
      'connection#general-production',
      'organization#general',
      'registration#general-heartline',
    ])
    expect(Items.filter((item) => 'issuer' in item).map((item) => item['id'])).toEqual([
      'connection#general-production',
    ])
  })

  it('leaves rows of other kinds alone', async () => {
    const { documents, tableName, writer } = await setup()
    const foreign = { id: 'marker#1' }
    await documents.send(new PutCommand({ TableName: tableName, Item: foreign }))

    await writer.replace(someContents())

    const { Items = [] } = await documents.send(new ScanCommand({ TableName: tableName }))
    expect(Items).toContainEqual(foreign)
  })
})
