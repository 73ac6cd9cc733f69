import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KMSClient } from '@aws-sdk/client-kms'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { dynamodbRescueStore } from '#adapters/dynamodb/rescue-store.ts'
import { dynamodbSessionStore } from '#adapters/dynamodb/session-store.ts'
import { createEgress } from '#adapters/egress/egress.ts'
import { kmsTokenVault } from '#adapters/kms/token-vault.ts'
import { memorySecretReader } from '#adapters/memory/secret-reader.ts'
import type { Egress } from '#core/egress.ts'
import type { Registry } from '#core/registry/registry.ts'
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

/** Where an instance finds what AWS has for it; passes from one process to another. */
export interface AwsConfig {
  readonly dynamodbEndpoint: string
  readonly kmsEndpoint: string
  readonly region: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly keyArn: string
  readonly sessionsTable: string
  readonly launchesTable: string
}

/** The same, with what the one connection's vendor profile says of its server. */
export interface InstanceConfig extends AwsConfig {
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
  /** Carries out each request of the instance, to AWS and elsewhere. */
  readonly during?: During
  /** Of the machine's time, for each request elsewhere; by default as long as each has of `pace`. */
  readonly patienceMs?: number
}

/** Is about while a request is under way. */
export type During = <Result>(request: () => Promise<Result>) => Promise<Result>

/** An instance whose one connection has a server that does as the configuration says. */
export function renewalInstance(config: InstanceConfig, options: InstanceOptions = {}) {
  const registry = aRegistry({
    connections: [aConnection({ vendorOverrides: { refreshReuse: config.reuse } })],
    registrations: [aRegistration()],
  })
  return tokenInstance(config, registry, options)
}

/** An instance as a function wires it: clients, vault, flights and observations of its own. */
export function tokenInstance(config: AwsConfig, registry: Registry, options: InstanceOptions) {
  const { now = systemClock, pace = systemPace, at = async () => undefined } = options
  const { during = (request) => request(), patienceMs } = options
  const { region, credentials, keyArn, sessionsTable, launchesTable } = config
  const aws = { region, credentials: { ...credentials } }
  const database = new DynamoDBClient({ ...aws, endpoint: config.dynamodbEndpoint })
  const documents = DynamoDBDocumentClient.from(database)
  const kms = new KMSClient({ ...aws, endpoint: config.kmsEndpoint })
  documents.middlewareStack.add((next) => (input) => during(() => next(input)), {
    step: 'initialize',
  })
  kms.middlewareStack.add((next) => (input) => during(() => next(input)), { step: 'initialize' })
  const vault = kmsTokenVault({ kms, keyArns: [keyArn] })
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
  const egress: Egress = (url, init, limits) =>
    during(async () => {
      await at('before the POST')
      const response = await send(url, init, {
        ...limits,
        ...(patienceMs && { timeoutMs: patienceMs }),
      })
      await at('after the reply')
      return response
    })
  const log = recordingLog()
  const authentication = {
    secrets: memorySecretReader(),
    signers: [NO_SIGNER],
    redirectUri: 'http://localhost/redirect',
    now,
  }
  const rescue = dynamodbRescueStore({ documents, tableName: launchesTable, now })
  const tokens = accessTokens({
    sessions,
    vault,
    registry,
    rescue,
    refreshGrant: refreshGrant({ registry, egress, log, ...authentication }),
    log,
    now,
    pace,
  })
  return {
    tokens,
    sessions: stored,
    vault,
    log,
    documents,
    kms,
    rescue,
    registry,
    egress,
    authentication,
  }
}
