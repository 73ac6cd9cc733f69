import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KMSClient } from '@aws-sdk/client-kms'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { dynamodbRescueStore } from '#adapters/dynamodb/rescue-store.ts'
import { dynamodbSessionStore } from '#adapters/dynamodb/session-store.ts'
import { createEgress } from '#adapters/egress/egress.ts'
import { kmsTokenVault } from '#adapters/kms/token-vault.ts'
import { memorySecretReader } from '#adapters/memory/secret-reader.ts'
import type { Egress } from '#core/egress.ts'
import type { SessionStore } from '#core/session/session-store.ts'
import type { Signer } from '#core/signer.ts'
import { type Clock, systemClock } from '#core/time.ts'
import { accessTokens } from '#core/tokens/access-tokens.ts'
import { type Pace, systemPace } from '#core/tokens/pace.ts'
import { refreshGrant } from '#core/tokens/refresh-grant.ts'
import type { RefreshTokenReuse } from '#core/tokens/renewal.ts'
import { aConnection, aRegistration, aRegistry } from '../../fixtures.ts'
import { recordingLog } from '../recording-log.ts'

/** The client is a public one. */
const noKey = () => Promise.reject(new Error('There is no key'))
const NO_SIGNER: Signer = { alg: 'RS384', publicJwk: noKey, signJwt: noKey }

/** Where an instance finds its stores; passes from one process to another. */
export interface InstanceConfig {
  readonly dynamodbEndpoint: string
  readonly kmsEndpoint: string
  readonly region: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly keyArn: string
  readonly sessionsTable: string
  readonly launchesTable: string
  readonly reuse: RefreshTokenReuse
}

/** Where a holder can be stopped for good. */
export type StopPoint =
  | 'before the POST'
  | 'after the reply'
  | 'before the store'
  | 'after the store'

export interface InstanceOptions {
  readonly now?: Clock
  readonly pace?: Pace
  /** Awaited at each point; what never ends stops the instance there. */
  readonly at?: (point: StopPoint) => Promise<void>
}

/** An instance as a function wires it: clients, vault, flights and observations of its own. */
export function renewalInstance(config: InstanceConfig, options: InstanceOptions = {}) {
  const { now = systemClock, pace = systemPace, at = async () => undefined } = options
  const { region, credentials, keyArn, sessionsTable, launchesTable, reuse } = config
  const aws = { region, credentials: { ...credentials } }
  const documents = DynamoDBDocumentClient.from(
    new DynamoDBClient({ ...aws, endpoint: config.dynamodbEndpoint }),
  )
  const vault = kmsTokenVault({
    kms: new KMSClient({ ...aws, endpoint: config.kmsEndpoint }),
    keyArns: [keyArn],
  })
  const stored = dynamodbSessionStore({ documents, tableName: sessionsTable })
  const sessions: SessionStore = {
    ...stored,
    async storeTokens(...write) {
      await at('before the store')
      const isStored = await stored.storeTokens(...write)
      await at('after the store')
      return isStored
    },
  }
  const send = createEgress({ upstreams: 'loopback' })
  const egress: Egress = async (...request) => {
    await at('before the POST')
    const response = await send(...request)
    await at('after the reply')
    return response
  }
  const log = recordingLog()
  const registry = aRegistry({
    connections: [aConnection({ vendorOverrides: { refreshReuse: reuse } })],
    registrations: [aRegistration()],
  })
  const tokens = accessTokens({
    sessions,
    vault,
    registry,
    rescue: dynamodbRescueStore({ documents, tableName: launchesTable, now }),
    refreshGrant: refreshGrant({
      registry,
      egress,
      log,
      now,
      secrets: memorySecretReader(),
      signers: [NO_SIGNER],
      redirectUri: 'http://localhost/redirect',
    }),
    log,
    now,
    pace,
  })
  return { tokens, sessions: stored, vault, log }
}
