import { createPublicKey, verify } from 'node:crypto'
import { GenerateDataKeyCommand, GetPublicKeyCommand, SignCommand } from '@aws-sdk/client-kms'
import { CreateSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import { expect, test } from 'vitest'
import { createTables } from './local-aws.ts'

test('it gives tables with the index of the registry', async () => {
  const { documents, launches, registry } = await createTables()
  await documents.send(new PutCommand({ TableName: launches, Item: { id: 'a', at: 1 } }))
  const Item = { id: 'connection#1', issuer: 'https://ehr.example' }
  await documents.send(new PutCommand({ TableName: registry, Item }))

  const read = await documents.send(new GetCommand({ TableName: launches, Key: { id: 'a' } }))
  expect(read.Item).toEqual({ id: 'a', at: 1 })
  const query = await documents.send(
    new QueryCommand({
      TableName: registry,
      IndexName: 'byIssuer',
      KeyConditionExpression: 'issuer = :issuer',
      ExpressionAttributeValues: { ':issuer': 'https://ehr.example' },
    }),
  )
  expect(query.Items).toEqual([Item])
})

test('it gives keys that seal and sign', async () => {
  const { kms, keys } = await createTables()
  const dataKey = await kms.send(
    new GenerateDataKeyCommand({ KeyId: keys.sealing, KeySpec: 'AES_256' }),
  )
  expect(dataKey.Plaintext).toHaveLength(32)

  const Message = Buffer.from('signed')
  const { Signature = new Uint8Array() } = await kms.send(
    new SignCommand({ KeyId: keys.tokens, Message, SigningAlgorithm: 'ECDSA_SHA_256' }),
  )
  const { PublicKey = new Uint8Array() } = await kms.send(
    new GetPublicKeyCommand({ KeyId: keys.tokens }),
  )
  const publicKey = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' })
  expect(verify('sha256', Message, publicKey, Signature)).toBe(true)
})

test('it gives secrets', async () => {
  const { secrets } = await createTables()
  await secrets.send(new CreateSecretCommand({ Name: 'a/b', SecretString: 'kept' }))

  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: 'a/b' }))
  expect(SecretString).toBe('kept')
})
