import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startAwsEndpoint } from '#local/aws-endpoint.ts'

async function setup() {
  const aws = await startAwsEndpoint()
  onTestFinished(() => aws.close())
  const secrets = new SecretsManagerClient({
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: aws.credentials('test'),
    maxAttempts: 1,
  })
  const put = (SecretString: string, VersionStages?: string[]) =>
    secrets.send(
      new PutSecretValueCommand({
        SecretId: 'a/b',
        SecretString,
        ...(VersionStages && { VersionStages }),
      }),
    )
  const read = async (VersionStage?: string) => {
    const command = new GetSecretValueCommand({
      SecretId: 'a/b',
      ...(VersionStage && { VersionStage }),
    })
    return (await secrets.send(command)).SecretString
  }
  await secrets.send(new CreateSecretCommand({ Name: 'a/b', SecretString: 'one' }))
  return { secrets, put, read }
}

describe('versions of a secret', () => {
  test('it moves the current one to previous when a new one comes', async () => {
    const { put, read } = await setup()
    expect(await read()).toBe('one')
    await expect(read('AWSPREVIOUS')).rejects.toMatchObject({ name: 'ResourceNotFoundException' })

    await put('two')
    expect(await read('AWSCURRENT')).toBe('two')
    expect(await read('AWSPREVIOUS')).toBe('one')

    await put('three')
    expect(await read('AWSCURRENT')).toBe('three')
    expect(await read('AWSPREVIOUS')).toBe('two')
  })

  test('it leaves the current one when a new one has a stage of its own', async () => {
    const { put, read } = await setup()
    await put('next', ['PENDING'])

    expect(await read()).toBe('one')
    expect(await read('PENDING')).toBe('next')
  })

  test('it lists those that have a stage', async () => {
    const { secrets, put } = await setup()
    await put('two')
    await put('three')

    const { Versions } = await secrets.send(new ListSecretVersionIdsCommand({ SecretId: 'a/b' }))
    expect(Versions?.map(({ VersionStages }) => VersionStages)).toEqual([
      ['AWSPREVIOUS'],
      ['AWSCURRENT'],
    ])
    const { VersionIdsToStages } = await secrets.send(
      new DescribeSecretCommand({ SecretId: 'a/b' }),
    )
    expect(Object.values(VersionIdsToStages ?? {}).flat()).toEqual(['AWSPREVIOUS', 'AWSCURRENT'])
  })
})

test('it refuses to create a secret twice', async () => {
  const { secrets } = await setup()
  await expect(
    secrets.send(new CreateSecretCommand({ Name: 'a/b', SecretString: 'x' })),
  ).rejects.toMatchObject({ name: 'ResourceExistsException' })
})

test('it gives no value of a deleted secret', async () => {
  const { secrets, read } = await setup()
  await secrets.send(new DeleteSecretCommand({ SecretId: 'a/b' }))
  await expect(read()).rejects.toMatchObject({ name: 'InvalidRequestException' })
})

test('it forgets a secret that is deleted by force', async () => {
  const { secrets, read } = await setup()
  await secrets.send(new DeleteSecretCommand({ SecretId: 'a/b', ForceDeleteWithoutRecovery: true }))
  await expect(read()).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
})
