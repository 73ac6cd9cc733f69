import { createHash } from 'node:crypto'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import type { SessionItem } from '#adapters/dynamodb/session-item.ts'
import { METRICS } from '#contract/metrics.ts'
import { plainBrowser } from '../support/browser.ts'
import { emfMeasure } from '../support/emf.ts'
import { givenBroker } from './given-broker.ts'

const broker = await givenBroker({ ehr: { accessTokenSeconds: 600 } })
const { endpoint, region } = broker.stack.aws
const client = new DynamoDBClient({ endpoint, region, credentials: broker.stack.operator })
const documents = DynamoDBDocumentClient.from(client)
afterAll(async () => {
  client.destroy()
  await broker.close()
})
const TableName = broker.stack.outputs['SessionsTableName']

/** A session, with its row for whoever may write to the table behind the broker's back. */
async function setup() {
  const { message } = await broker.signOn(plainBrowser())
  const session = message.body.Meta.SessionID
  const id = createHash('sha256').update(session).digest('base64url')
  const row = async () =>
    (await documents.send(new GetCommand({ TableName, Key: { id }, ConsistentRead: true })))
      .Item as SessionItem
  const put = (Item: SessionItem) => documents.send(new PutCommand({ TableName, Item }))
  const read = () => broker.fhir('/Patient/pat-1', { session })
  return { session, row, put, read }
}

const refusals = () =>
  broker
    .logLines()
    .filter((line) => line.includes('"message":"session_tokens_refused"'))
    .map((line) => JSON.parse(line))
const counted = () =>
  broker
    .logLines()
    .map(emfMeasure)
    .filter((measure) => measure !== undefined && 'TokensRefused' in measure)

/** The same bytes but for a text in them, which the other is as long as. */
function withText(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const changed = Buffer.from(bytes)
  expect(changed.includes(from) && from.length === to.length).toBe(true)
  changed.write(to, changed.indexOf(from))
  return changed
}

describe('a row whose ciphertext', () => {
  it.each([
    [
      'was copied from another session’s row',
      'vault_session_mismatch',
      async (_: SessionItem, { row }: { row: () => Promise<SessionItem> }) =>
        (await row()).sealedTokens,
    ],
    [
      'was cut short',
      'vault_ciphertext_invalid',
      async ({ sealedTokens }: SessionItem) => sealedTokens.slice(0, -20),
    ],
    [
      'is under a key that is not ours',
      'vault_key_unknown',
      async ({ sealedTokens }: SessionItem) =>
        withText(sealedTokens, 'arn:aws:kms:us-east-1:', 'arn:aws:kms:us-west-2:'),
    ],
    [
      'says another connection',
      'vault_context_mismatch',
      async ({ sealedTokens }: SessionItem) =>
        withText(sealedTokens, 'general-development', 'general-divelopment'),
    ],
  ])('%s is refused, counted, and its app told to launch again', async (_, reason, tampered) => {
    const { row, put, read } = await setup()
    const before = [refusals().length, counted().length]
    const kept = await row()
    await put({ ...kept, sealedTokens: await tampered(kept, await setup()) })

    const answer = await read()

    expect([answer.status, await answer.text()]).toEqual([
      403,
      expect.stringMatching(/session_over[\s\S]*Launch/i),
    ])
    await expect
      .poll(() => refusals().slice(before[0]))
      .toEqual([
        expect.objectContaining({
          level: 'ERROR',
          service: 'fhir',
          connection: 'general-development',
          reason,
        }),
      ])
    expect(counted().slice(before[1])).toEqual([{ service: 'sallyport', TokensRefused: 1 }])
    await put(kept)
    expect((await read()).status).toBe(200)
  })

  it('is an older one, put back under a newer version, is refused as well', async () => {
    const { row, put, read } = await setup()
    const older = await row()
    broker.stack.time.advance(601)
    expect((await read()).status).toBe(200)
    const newer = await row()
    expect([older.tokenVersion, newer.tokenVersion]).toEqual([1, 2])

    await put({ ...newer, sealedTokens: older.sealedTokens })

    expect((await read()).status).toBe(403)
    await expect.poll(() => refusals().at(-1)?.reason).toBe('vault_version_mismatch')
  })

  it('is refused to the refresher and the Data Model API too, in the metric that the alarm watches', async () => {
    const { session, row, put } = await setup()
    const kept = await row()
    await put({ ...kept, sealedTokens: kept.sealedTokens.slice(0, -1) })
    onTestFinished(async () => void (await put(kept)))
    const before = refusals().length

    const answer = await broker.api('/endpoint', {
      session,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        Meta: { DataModel: 'Clinical Summary', EventType: 'PatientQuery' },
        Patient: { Identifiers: [{ ID: 'pat-1', IDType: 'FHIR' }] },
      }),
    })
    broker.stack.time.advance(560)
    await broker.stack.tick()

    expect(answer.status).toBe(403)
    const services = () =>
      new Set(
        refusals()
          .slice(before)
          .map(({ service }) => service),
      )
    await expect.poll(services).toEqual(new Set(['data-model', 'refresher']))
    expect(counted().at(-1)).toEqual({
      service: METRICS.service,
      TokensRefused: 1,
    })
  })
})
