import { mkdirSync } from 'node:fs'
import { Agent, request } from 'node:http'
import dynalite from 'dynalite'
import { closeServer, listen } from './http-server.ts'

/** DynamoDB's own JSON, as one call sends it or gets it. */
export type Json = Readonly<Record<string, unknown>>

/** One call to the embedded database: its status and JSON. */
interface DatabaseAnswer {
  readonly status: number
  readonly json: Json
}

/** The database under the endpoint, without what dynalite lacks. */
export interface EmbeddedDatabase {
  call(action: string, input: Json): Promise<DatabaseAnswer>
  close(): Promise<void>
}

/** Starts a database of its own; `folder` keeps it on disk. */
export async function startEmbeddedDatabase(folder?: string): Promise<EmbeddedDatabase> {
  if (folder) mkdirSync(folder, { recursive: true })
  const server = dynalite({
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
    ...(folder && { path: folder }),
  })
  // It would end an idle connection just when the next call is put on it.
  server.keepAliveTimeout = 0
  const port = await listen(server, 0, '127.0.0.1')
  const agent = new Agent({ keepAlive: true })

  return {
    call: (action, input) => post(agent, port, action, JSON.stringify(input)),
    async close() {
      agent.destroy()
      await closeServer(server)
    },
  }
}

function post(agent: Agent, port: number, action: string, body: string): Promise<DatabaseAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        agent,
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'content-length': Buffer.byteLength(body),
          'x-amz-target': `DynamoDB_20120810.${action}`,
          'x-amz-date': '20000101T000000Z',
          // The endpoint has judged the caller; the embedded database wants only the form.
          authorization: 'AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=local',
        },
      },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('error', reject)
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          resolve({ status: answer.statusCode ?? 500, json: JSON.parse(text || '{}') })
        })
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
