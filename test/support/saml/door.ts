import { createSign } from 'node:crypto'
import { memoryOneTimeStore } from '#adapters/memory/one-time-store.ts'
import { memoryReplayStore } from '#adapters/memory/replay-store.ts'
import { memorySecretReader } from '#adapters/memory/secret-reader.ts'
import { memorySessionStore } from '#adapters/memory/session-store.ts'
import { nodeSamlXml } from '#adapters/node-saml/saml-xml.ts'
import type { Happening } from '#core/events/broker-event.ts'
import type { LaunchClear } from '#core/launch/pending-launch.ts'
import type { SignOnKeys } from '#core/logout/sign-on-key.ts'
import type { SignOnConnection } from '#core/registry/registry.ts'
import type { HttpResponse } from '#http/http-handler.ts'
import type { HttpRequest } from '#http/http-request.ts'
import { samlHandler } from '../../../lambdas/saml/handler.ts'
import { aConnection, anApp, aRegistry } from '../../fixtures.ts'
import { joseSigner } from '../jose-signer.ts'
import { recordingLog } from '../recording-log.ts'
import { recordingMetrics } from '../recording-metrics.ts'
import type { IdpKey } from './keys.ts'
import { BASE, NOW } from './messages.ts'
import { honest, ours, SETTINGS, unwrapWith } from './service-provider.ts'

interface Call {
  readonly method?: string
  readonly connection?: string
  readonly query?: Readonly<Record<string, string | readonly string[]>>
  /** As it is sent. */
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

const signer = await joseSigner('ES256')

/** These connections reach no EHR. */
async function unreachable(): Promise<never> {
  throw new Error('an EHR was asked')
}

/** The saml function's handler on stores in memory, with the connection `hospital` and the app's own keys. */
export function givenSamlDoor(
  settings: object = {},
  now: () => number = () => NOW,
  fhirAuthority: 'none' | 'system' = 'none',
) {
  const connection = {
    ...aConnection(),
    id: 'hospital',
    fhirAuthority,
    signOn: { scheme: 'saml', ...SETTINGS, ...settings },
  } as unknown as SignOnConnection
  const searched: SignOnKeys[] = []
  const ended: string[] = []
  const told: Happening[] = []
  const log = recordingLog()
  const metrics = recordingMetrics()
  const sessions = memorySessionStore()
  const noEhr = {
    createSession: sessions.create,
    launches: memoryOneTimeStore<LaunchClear>(now),
    redirectUri: `${BASE}/redirect`,
    secrets: memorySecretReader(),
    signers: [signer],
    discovery: unreachable,
    egress: unreachable,
  }
  const sign = signWith(ours)
  const spki = () => ours.publicKey.export({ type: 'spki', format: 'der' })
  const keys = {
    sign,
    unwrapKey: unwrapWith(ours),
    signingKeys: [{ sign, publicKey: async () => spki() }] as const,
    encryptionKey: async () => honest.publicKey.export({ type: 'spki', format: 'der' }),
  }
  const handler = samlHandler({
    registry: aRegistry({ apps: [anApp()], connections: [connection] }),
    requests: memoryOneTimeStore(now),
    tickets: memoryOneTimeStore(now),
    replays: memoryReplayStore(),
    xml: nodeSamlXml,
    keys,
    sign,
    unwrapKey: keys.unwrapKey,
    ...noEhr,
    sessions: {
      async find(wanted) {
        searched.push(wanted)
        return [{ id: `session-${searched.length}`, app: 'heartline', connection: 'hospital' }]
      },
    },
    endSession: async (id) => void ended.push(id),
    events: { emit: async (happening) => void told.push(happening) },
    metrics,
    publicBaseUrl: BASE,
    ssoUrl: `${BASE}/sso`,
    log,
    now,
  })

  function call(what: string, options: Call = {}): Promise<HttpResponse> {
    const { method = 'GET', connection = 'hospital', query = {}, headers = {}, body } = options
    const request: Partial<HttpRequest> = {
      httpMethod: method,
      resource: `/saml/{connection}/${what}`,
      pathParameters: { connection },
      headers: {
        'sec-fetch-mode': 'navigate',
        ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...headers,
      },
      multiValueQueryStringParameters: Object.fromEntries(
        Object.entries(query).map(([name, value]) => [name, [value].flat() as string[]]),
      ),
      body: body ?? null,
    }
    return handler(request as HttpRequest)
  }
  return { call, keptSessions: sessions.all, searched, ended, told, log, metrics }
}

function signWith({ privateKey }: IdpKey) {
  return async (message: Uint8Array) => createSign('sha256').update(message).sign(privateKey)
}
