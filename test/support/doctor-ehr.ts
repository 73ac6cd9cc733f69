import { onTestFinished } from 'vitest'
import { readBody, serve } from './http-server.ts'

type Answers = (client: {
  readonly isKnown: boolean
  readonly form: URLSearchParams
}) => readonly [status: number, body: unknown]

/** What an EHR of {@link givenEhr} does; each test breaks one thing of it. */
export interface EhrBehavior {
  /** `smart-configuration`, beside the endpoints; text is sent as it is. */
  readonly configuration: Readonly<Record<string, unknown>> | string
  readonly keys: unknown
  readonly fhirVersion: string
  /** What the token endpoint makes of a client: its answer to a made-up code. */
  readonly token: Answers
  /** What it makes of a pushed request; it has no endpoint for these where this is absent. */
  readonly pushed?: Answers
  /** Statuses that addresses answer in place of what they have. */
  readonly statuses: Readonly<Record<string, number>>
  /** Seconds that its clock is ahead; `undefined` has it send no `Date`. */
  readonly clockAhead: number | undefined
}

export const CLIENT_SECRET = 'planted secret: of heartline'

const HEALTHY: EhrBehavior = {
  configuration: {
    code_challenge_methods_supported: ['S256'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['launch', 'openid', 'fhirUser', 'offline_access', 'patient/*.rs'],
  },
  keys: { keys: [{ kty: 'RSA', use: 'sig', alg: 'RS256', kid: '1', n: 'n', e: 'AQAB' }] },
  fhirVersion: '4.0.1',
  token: ({ isKnown }) =>
    isKnown ? [400, { error: 'invalid_grant' }] : [401, { error: 'invalid_client' }],
  statuses: {},
  clockAhead: 0,
}

/** An EHR in which nothing is wrong but what is given, on loopback; it knows the client by Basic. */
export async function givenEhr(behavior: Partial<EhrBehavior>) {
  const { configuration, keys, fhirVersion, token, pushed, statuses, clockAhead } = {
    ...HEALTHY,
    ...behavior,
  }
  const basic = `Basic ${Buffer.from(`heartline:${new URLSearchParams({ v: CLIENT_SECRET }).toString().slice(2)}`).toString('base64')}`
  const ehr = await serve(async (request, response) => {
    const path = request.url ?? ''
    response.sendDate = false
    if (clockAhead !== undefined) {
      response.setHeader('date', new Date(Date.now() + clockAhead * 1_000).toUTCString())
    }
    const json = (status: number, body: unknown) =>
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body))
    const status = statuses[path]
    if (status !== undefined) return json(status, '<html>')
    if (path === '/fhir/.well-known/smart-configuration') {
      return json(
        200,
        typeof configuration === 'string'
          ? configuration
          : {
              authorization_endpoint: `${ehr.origin}/authorize`,
              token_endpoint: `${ehr.origin}/token`,
              jwks_uri: `${ehr.origin}/jwks`,
              ...(pushed && { pushed_authorization_request_endpoint: `${ehr.origin}/par` }),
              ...configuration,
            },
      )
    }
    if (path === '/fhir/metadata') {
      return json(200, { resourceType: 'CapabilityStatement', fhirVersion })
    }
    if (path === '/jwks') return json(200, keys)
    if (path === '/authorize') return json(400, '<html>What do you want?</html>')
    const answer = { '/token': token, '/par': pushed }[path]
    if (answer) {
      const form = new URLSearchParams(await readBody(request))
      return json(...answer({ isKnown: request.headers.authorization === basic, form }))
    }
    return json(404, '')
  })
  onTestFinished(() => ehr.close())
  return ehr
}
