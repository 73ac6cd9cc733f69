import { describe, expect, it } from 'vitest'
import { attributesOf } from '#local/iam/dynamodb-attributes.ts'

describe('attributesOf', () => {
  it('names what a projection and the key name, placeholders resolved', () => {
    const context = attributesOf('GetItem', {
      Key: { id: { S: 'x' } },
      ProjectionExpression: '#status, app',
      ExpressionAttributeNames: { '#status': 'status' },
    })

    expect(context).toEqual({
      'dynamodb:Attributes': ['id', 'status', 'app'],
      'dynamodb:Select': ['SPECIFIC_ATTRIBUTES'],
    })
  })

  it('says that a read without a projection asks for all', () => {
    expect(attributesOf('GetItem', { Key: { id: { S: 'x' } } })['dynamodb:Select']).toEqual([
      'ALL_ATTRIBUTES',
    ])
  })

  it('names what an update changes and demands, and neither words nor values', () => {
    const context = attributesOf('UpdateItem', {
      Key: { id: { S: 'x' } },
      UpdateExpression: 'SET #s = :ending, failures = if_not_exists(failures, :zero) REMOVE lease',
      ConditionExpression: 'attribute_exists(id) AND (fence = :fence OR NOT attempt IN (:a, :b))',
      ExpressionAttributeNames: { '#s': 'status' },
    })

    expect(context).toEqual({
      'dynamodb:Attributes': ['id', 'status', 'failures', 'lease', 'fence', 'attempt'],
    })
  })

  it('names what is put', () => {
    expect(attributesOf('PutItem', { Item: { id: { S: 'x' }, app: { S: 'y' } } })).toEqual({
      'dynamodb:Attributes': ['id', 'app'],
    })
  })
})
