import { CreateSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { describe, expect, it } from 'vitest'
import { secretsManagerReader } from '#adapters/secrets/secret-reader.ts'
import { createTables } from '../../contract/local-aws.ts'
import { NOW } from '../../fixtures.ts'
import { commandLineIn } from '../../support/cli.ts'

async function setup() {
  const { secrets } = await createTables()
  const Name = 'link/lakeside'
  await secrets.send(new CreateSecretCommand({ Name, SecretString: 'planted-leaked' }))
  await secrets.send(new PutSecretValueCommand({ SecretId: Name, SecretString: 'planted-new' }))
  const { run } = commandLineIn({
    'cdk-outputs.json': {
      Broker: {
        Upstreams: 'public',
        RegistryTableName: 'registry',
        ClientSecretsPrefix: 'client/',
        SsoSecretsPrefix: 'sso/',
        LinkSecretsPrefix: 'link/',
      },
    },
  })
  return {
    /** What a function that starts now accepts. */
    read: async () => {
      const reader = secretsManagerReader({ client: secrets, prefix: 'link/', now: () => NOW })
      return (await reader.read('lakeside')).map((secret) => secret.reveal())
    },
    run: (...args: string[]) => run(['secret', 'retire', ...args], { secrets: () => secrets }),
  }
}

describe('sallyport secret retire', () => {
  it('takes the secret before the newest out of use, and prints neither', async () => {
    const { read, run } = await setup()
    expect(await read()).toEqual(['planted-new', 'planted-leaked'])

    expect(await run('link', 'lakeside')).toMatchObject({
      exitCode: 0,
      lines: [
        'link/lakeside: the one before the newest is retired. Running functions follow within five minutes.',
      ],
      errors: [],
    })
    expect(await read()).toEqual(['planted-new'])
  })

  it('says where there is the newest only, and takes that from nobody', async () => {
    const { read, run } = await setup()
    await run('link', 'lakeside')

    expect((await run('link', 'lakeside')).lines).toEqual([
      'link/lakeside: there is the newest only.',
    ])
    expect(await read()).toEqual(['planted-new'])
  })

  it('says that there is no such secret, and no such kind', async () => {
    const { run } = await setup()

    expect(await run('link', 'another')).toMatchObject({
      exitCode: 1,
      errors: ['sallyport: The stack has no secret link/another.'],
    })
    expect(await run('password', 'lakeside')).toMatchObject({ exitCode: 2 })
  })
})
