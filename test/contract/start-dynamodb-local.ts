import type { TestProject } from 'vitest/node'
import { spawnDynamodbLocal, whyNoDynamodbLocal } from '../support/dynamodb-local.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where DynamoDB Local answers, or why it does not, where the suites are run on it. */
    readonly dynamodbLocal?: { readonly endpoint: string } | { readonly missing: string }
  }
}

/** Has the contract suites run on Amazon's own database, which judges conditions as DynamoDB does. */
export async function setup(project: TestProject) {
  const missing = await whyNoDynamodbLocal()
  if (missing !== undefined) {
    project.provide('dynamodbLocal', { missing })
    return () => {}
  }
  const { endpoint, stop } = await spawnDynamodbLocal()
  project.provide('dynamodbLocal', { endpoint })
  return stop
}
