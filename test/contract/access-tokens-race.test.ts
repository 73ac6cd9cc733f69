import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KMSClient } from '@aws-sdk/client-kms'
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { describe, expect, it } from 'vitest'
import { dynamodbRescueStore } from '#adapters/dynamodb/rescue-store.ts'
import { dynamodbSessionStore } from '#adapters/dynamodb/session-store.ts'
import { kmsTokenVault } from '#adapters/kms/token-vault.ts'
import { memorySecretReader } from '#adapters/memory/secret-reader.ts'
import type { Egress } from '#core/egress.ts'
import { Secret } from '#core/secret.ts'
import { accessTokens } from '#core/tokens/access-tokens.ts'
import { refreshGrant } from '#core/tokens/refresh-grant.ts'
import { aConnection, aRegistration, aRegistry, aSession, NOW } from '../fixtures.ts'
import { joseSigner } from '../support/jose-signer.ts'
import { recordingLog } from '../support/recording-log.ts'
import { createTables } from './local-aws.ts'

const TOKEN_ENDPOINT = 'https://login.general.example/token'
const FIRST = { access: 'access-canary-1', refresh: 'refresh-canary-1' }
const SECOND = { access: 'access-canary-2', refresh: 'refresh-canary-2' }

/** Instances as Lambda runs them: clients, vault, flights and observations of their own. */
async function setup(now: number, awaitedReads: number) {
  const { aws, sessions: tableName, launches, documents, keys } = await createTables()
  const config = {
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: aws.credentials('test'),
  }
  const log = recordingLog()
  const presented: string[] = []
  const egress: Egress = async (_, init) => {
    presented.push(new URLSearchParams(String(init?.body)).get('refresh_token') ?? '')
    // Every other instance has come meanwhile, and found the lease taken or free.
    const reads = () => aws.calls.filter(({ action }) => action === 'GetItem').length
    while (reads() < awaitedReads) await new Promise((resolve) => setImmediate(resolve))
    return Response.json({
      access_token: SECOND.access,
      refresh_token: SECOND.refresh,
      token_type: 'Bearer',
      expires_in: 3_600,
    })
  }
  const signer = await joseSigner('RS384')
  const registry = aRegistry({ connections: [aConnection()], registrations: [aRegistration()] })

  const instance = () => {
    const own = DynamoDBDocumentClient.from(new DynamoDBClient(config))
    const sessions = dynamodbSessionStore({ documents: own, tableName })
    const vault = kmsTokenVault({ kms: new KMSClient(config), keyArns: [keys.sealing] })
    const clock = () => now
    const tokens = accessTokens({
      sessions,
      registry,
      vault,
      rescue: dynamodbRescueStore({ documents: own, tableName: launches, now: clock }),
      refreshGrant: refreshGrant({
        registry,
        secrets: memorySecretReader(),
        signers: [signer],
        egress,
        redirectUri: 'https://api.example/redirect',
        log,
        now: clock,
      }),
      log,
      now: clock,
    })
    return { tokens, sessions, vault }
  }

  const { sessions, vault } = instance()
  const template = aSession()
  const session = {
    ...template,
    sealedTokens: await vault.seal(
      {
        accessToken: new Secret(FIRST.access),
        refreshToken: new Secret(FIRST.refresh),
        tokenEndpoint: TOKEN_ENDPOINT,
        issuer: 'https://login.general.example',
        pagingKey: new Secret('paging-key'),
      },
      { session: template.id, tokenVersion: 1, connection: template.connection },
    ),
  }
  await sessions.create(session)
  const rawRows = async () => {
    const tables = [tableName, launches]
    const scans = tables.map((table) => documents.send(new ScanCommand({ TableName: table })))
    return (await Promise.all(scans)).flatMap(({ Items = [] }) => Items)
  }
  return { instance, session, sessions, presented, log, rawRows }
}

describe('freshAccessToken on DynamoDB and KMS', () => {
  it.each([
    ['are over', NOW + 3_600, [SECOND.access]],
    ['are about to end', NOW + 3_550, [FIRST.access, SECOND.access]],
  ])('asks once for 100 callers in 10 instances when the tokens %s', async (_, now, allowed) => {
    const { instance, session, sessions, presented, log } = await setup(now, 10)

    const served = await Promise.all(
      Array.from({ length: 10 }, () => instance().tokens).flatMap((tokens) =>
        Array.from({ length: 10 }, () => tokens.freshAccessToken(session)),
      ),
    )

    expect(presented).toEqual([FIRST.refresh])
    expect(served).toHaveLength(100)
    for (const { accessToken } of served) expect(allowed).toContain(accessToken.reveal())
    expect(log.lines.map(({ event }) => event)).toEqual(['token_refreshed'])
    expect(await sessions.read(session.id, { consistent: true })).toMatchObject({
      tokenVersion: 2,
      fence: 1,
      accessTokenExpiresAt: now + 3_600,
    })
  })

  it('leaves no token in clear in any table or log line', async () => {
    const { instance, session, log, rawRows } = await setup(NOW + 3_600, 1)
    await instance().tokens.freshAccessToken(session)

    const bytes = (await rawRows()).flatMap((row) =>
      Object.values(row).map((value) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : JSON.stringify(value),
      ),
    )
    const written = [...bytes, JSON.stringify(log.lines)].join('\n')

    expect(written).toContain(session.id)
    expect(written).not.toContain('canary')
    expect(written).not.toContain(Buffer.from('access-canary').toString('base64').slice(0, 14))
  })
})
