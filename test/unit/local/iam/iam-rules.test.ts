import { describe, expect, test } from 'vitest'
import { startLocalStack } from '#local/local-stack.ts'
import { startTestStack, writeAssembly } from '../assembly.ts'

const SDK = import.meta.resolve('@aws-sdk/client-dynamodb')
const READER = `
import { DynamoDBClient, GetItemCommand } from ${JSON.stringify(SDK)}
export const handler = async () => {
  const command = new GetItemCommand({ TableName: 'things', Key: { id: { S: 'a' } } })
  const body = await new DynamoDBClient({ maxAttempts: 1 }).send(command).then(
    () => 'read',
    ({ name, message }) => name + ': ' + message,
  )
  return { statusCode: 200, body }
}`
const ROUTE = { method: 'GET', path: '/read', function: 'Fn' }
const KEY_USE = {
  Effect: 'Allow',
  Action: 'kms:Decrypt',
  Resource: { 'Fn::GetAtt': ['Key', 'Arn'] },
}
const TABLE_READ = {
  Effect: 'Allow',
  Action: 'dynamodb:GetItem',
  Resource: { 'Fn::GetAtt': ['Things', 'Arn'] },
}

function setup(...statements: object[]) {
  const Principal = { AWS: { 'Fn::Sub': `arn:aws:iam::\${AWS::AccountId}:root` } }
  const Version = '2012-10-17'
  const all = { Effect: 'Allow', Action: 'kms:*', Resource: '*', Principal }
  return {
    functions: { Fn: { code: READER } },
    routes: [ROUTE],
    resources: {
      Key: {
        Type: 'AWS::KMS::Key',
        Properties: { KeyPolicy: { Version, Statement: [all] } },
      },
      Things: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          TableName: 'things',
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          SSESpecification: { SSEEnabled: true, KMSMasterKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } },
        },
      },
      Grants: {
        Type: 'AWS::IAM::Policy',
        Properties: {
          PolicyName: 'grants',
          PolicyDocument: { Version, Statement: statements },
          Roles: [{ Ref: 'Role' }],
        },
      },
    },
  }
}

describe('a function', () => {
  test('it reads a table that its role may read, under a key that it may use', async () => {
    const stack = await startTestStack(setup(TABLE_READ, KEY_USE))
    const answer = await fetch(`${stack.origin}/live/read`)

    expect(await answer.text()).toBe('read')
    expect(stack.calls[0]?.allowedBy.map(({ action, statement }) => [action, statement])).toEqual([
      ['dynamodb:GetItem', 'Grants#0'],
      ['kms:Decrypt', 'Grants#1'],
      ['kms:Decrypt', 'Key#0'],
    ])
  })

  test.each([
    ['dynamodb:GetItem', KEY_USE],
    ['kms:Decrypt', TABLE_READ],
  ])('it is refused without %s', async (action, granted) => {
    const stack = await startTestStack(setup(granted))
    const answer = await fetch(`${stack.origin}/live/read`)

    expect(await answer.text()).toMatch(
      new RegExp(`^AccessDeniedException: User: .* is not authorized to perform: ${action} on`),
    )
    expect(stack.calls[0]?.allowedBy).toEqual([])
  })
})

describe('the start', () => {
  test('it stops at a statement that cannot be judged, by its logical id', async () => {
    const Condition = { NumericLessThan: { 'aws:SecureTransport': '1' } }
    const assembly = writeAssembly(setup({ ...TABLE_READ, Condition }))

    await expect(startLocalStack({ assembly })).rejects.toThrow(/Grants#0: .* NumericLessThan/)
  })
})
