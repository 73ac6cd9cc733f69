import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb'

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}))

/** The least that a function on DynamoDB can be: it reads a row, by the client that all of ours have. */
export const handler = async ({ id }: { readonly id: string }) =>
  documents.send(new GetCommand({ TableName: process.env['TABLE_NAME'], Key: { id } }))
