import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'

/** Makes every request go out twice, as the SDK does when the first answer is lost on the way. */
export function loseFirstAnswers(documents: DynamoDBDocumentClient): DynamoDBDocumentClient {
  documents.middlewareStack.add(
    (next) => async (args) => {
      await next(args)
      return next(args)
    },
    { step: 'finalizeRequest', priority: 'low', name: 'loseFirstAnswers' },
  )
  return documents
}
