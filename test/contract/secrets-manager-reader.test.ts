import { CreateSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { describe, expect, it } from 'vitest'
import { secretsManagerReader } from '#adapters/secrets/secret-reader.ts'
import { NOW } from '../fixtures.ts'
import { createTables } from './local-aws.ts'
import { secretReaderContract } from './secret-reader.contract.ts'

const PREFIX = 'sallyport/sso/'

async function setup(values: Readonly<Record<string, readonly string[]>> = {}) {
  const { secrets: client } = await createTables()
  const clock = { now: NOW }
  const put = async (name: string, SecretString: string) =>
    client.send(new PutSecretValueCommand({ SecretId: PREFIX + name, SecretString }))

  for (const [ref, newestFirst] of Object.entries(values)) {
    await client.send(new CreateSecretCommand({ Name: PREFIX + ref }))
    for (const value of newestFirst.toReversed()) await put(ref, value)
  }
  const reader = secretsManagerReader({ client, prefix: PREFIX, now: () => clock.now })
  return {
    clock,
    client,
    put,
    reader,
    read: async (ref: string, options?: { readonly fresh: boolean }) =>
      (await reader.read(ref, options)).map((secret) => secret.reveal()),
  }
}

describe('secretsManagerReader', () => {
  secretReaderContract(async (values) => (await setup(values)).reader)

  it('reads anew after five minutes, and not before', async () => {
    const { clock, put, read } = await setup({ heartline: ['one'] })
    await read('heartline')
    await put('heartline', 'two')

    clock.now = NOW + 299
    expect(await read('heartline')).toEqual(['one'])

    clock.now = NOW + 300
    expect(await read('heartline')).toEqual(['two', 'one'])
  })

  it('reads past its memory when asked to, and remembers what it read', async () => {
    const { put, read } = await setup({ heartline: ['one'] })
    await read('heartline')
    await put('heartline', 'two')

    expect(await read('heartline', { fresh: true })).toEqual(['two', 'one'])
    expect(await read('heartline')).toEqual(['two', 'one'])
  })

  it('looks again for a missing secret after five seconds', async () => {
    const { client, clock, read } = await setup()
    expect(await read('late')).toEqual([])
    await client.send(new CreateSecretCommand({ Name: `${PREFIX}late`, SecretString: 'one' }))

    clock.now = NOW + 4
    expect(await read('late')).toEqual([])

    clock.now = NOW + 5
    expect(await read('late')).toEqual(['one'])
  })

  it('reads under its own prefix only', async () => {
    const { client, read } = await setup()
    await client.send(new CreateSecretCommand({ Name: 'heartline', SecretString: 'foreign' }))

    expect(await read('heartline')).toEqual([])
  })
})
