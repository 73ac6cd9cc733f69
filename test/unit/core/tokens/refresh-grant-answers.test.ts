import { UnsecuredJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { BrokerError, type ErrorCode } from '#core/errors.ts'
import type { Connection } from '#core/registry/registry.ts'
import { Secret } from '#core/secret.ts'
import { refreshGrant } from '#core/tokens/refresh-grant.ts'
import type { TokenSet } from '#core/tokens/token-vault.ts'
import { aConnection, aRegistration, aRegistry, aSession, NOW } from '../../../fixtures.ts'
import { recordingLog } from '../../../support/recording-log.ts'

const ISSUER = 'https://login.general.example'
const HOST = 'login.general.example'
const AUTHENTICATION = { method: 'client_secret_basic', secretRef: 'general' } as const

interface Given {
  readonly answers?: readonly (Response | ErrorCode)[]
  readonly isRegistered?: boolean
  readonly vendorOverrides?: Connection['vendorOverrides']
  readonly tokens?: Partial<TokenSet>
  readonly scopes?: readonly string[]
  readonly remainingMs?: number
}

/** Presents a refresh token of a client with two secrets, and tells all that comes of it. */
async function presented({
  answers = [],
  isRegistered = true,
  remainingMs = 8_000,
  ...rest
}: Given) {
  const left = [...answers]
  const log = recordingLog()
  const connections = [aConnection({ vendorOverrides: rest.vendorOverrides ?? {} })]
  const registrations = isRegistered ? [aRegistration({ authentication: AUTHENTICATION })] : []
  let sent = 0
  const grant = refreshGrant({
    registry: aRegistry({ connections, registrations }),
    secrets: {
      read: async (_, { fresh = false } = {}) => [new Secret(fresh ? 'newer' : 'kept')],
    },
    signers: [],
    async egress() {
      sent += 1
      const answer = left.shift() ?? 'upstream_refused'
      if (typeof answer === 'string') throw new BrokerError(answer)
      return answer
    },
    redirectUri: 'https://api.example/redirect',
    log,
    now: () => NOW,
  })
  const answer = await grant({
    session: aSession({ launchId: 'k3JdK2aQ', ...(rest.scopes && { scopes: rest.scopes }) }),
    tokens: {
      accessToken: new Secret('access'),
      refreshToken: new Secret('refresh'),
      tokenEndpoint: `${ISSUER}/token`,
      issuer: ISSUER,
      subject: 'user-1',
      pagingKey: new Secret('paging-key'),
      ...rest.tokens,
    },
    remainingMs: () => remainingMs,
  })
  const lines = log.lines.map(({ event, fields }) => ({ event, fields }))
  return { answer, sent, lines }
}

const good = { access_token: 'new', token_type: 'Bearer', expires_in: 300 }
const refusal = (error?: string, status = 401) =>
  error === undefined ? new Response('', { status }) : Response.json({ error }, { status })

describe('a client that is refused', () => {
  it.each([
    ['invalid_client', () => refusal('invalid_client', 400)],
    ['a 401 without a word', () => refusal()],
  ])('is tried with its other secret after %s', async (_, refused) => {
    const { answer, sent } = await presented({ answers: [refused(), Response.json(good)] })

    expect(answer.kind).toBe('granted')
    expect(sent).toBe(2)
  })

  it('is not tried again where it is the grant that is over, also with a 401', async () => {
    const { answer, sent } = await presented({ answers: [refusal('invalid_grant')] })

    expect(answer.kind).toBe('revoked')
    expect(sent).toBe(1)
  })

  it('is not tried again where a second request would run into the end of the lease', async () => {
    const late = await presented({ answers: [refusal()], remainingMs: 1_000 })

    expect(late.answer).toEqual({ kind: 'client_refused', detail: { host: HOST, status: 401 } })
    expect(late.sent).toBe(1)
    expect((await presented({ answers: [refusal()], remainingMs: 1_001 })).sent).toBe(2)
  })

  it('is not known any more, where the registration has another by now: said with launch and host', async () => {
    const answers = [refusal('invalid_client'), refusal('invalid_client')]
    const { answer, lines } = await presented({ answers, tokens: { clientId: 'the-one-before' } })

    expect(answer).toEqual({
      kind: 'revoked',
      detail: { host: HOST, status: 401, oauthError: 'invalid_client' },
    })
    expect(lines).toEqual([
      {
        event: 'token_client_gone',
        fields: { connection: 'general-production', launchId: 'k3JdK2aQ', host: HOST },
      },
    ])
  })

  it('is refused, and no grant is over, where the registration has the very client of the tokens', async () => {
    const answers = [refusal('invalid_client'), refusal('invalid_client')]
    const { answer, lines } = await presented({
      answers,
      tokens: { clientId: aRegistration().clientId },
    })

    expect(answer.kind).toBe('client_refused')
    expect(lines).toEqual([])
  })

  it('is not taken for unknown where another error is answered', async () => {
    const tokens = { clientId: 'the-one-before' }
    const { answer, lines } = await presented({ answers: [refusal('invalid_scope', 400)], tokens })

    expect(answer.kind).toBe('client_refused')
    expect(lines).toEqual([])
  })
})

describe('what is logged of a renewal that did not come about', () => {
  it.each<[string, Given, object]>([
    [
      'whose registration is gone',
      { isRegistered: false },
      { kind: 'client_refused', detail: { reason: 'registration_gone' } },
    ],
    [
      'that has no time left',
      { remainingMs: 0 },
      { kind: 'unavailable', detail: { host: HOST, reason: 'upstream_unavailable' } },
    ],
    [
      'that got no answer',
      { answers: ['upstream_timeout'] },
      { kind: 'ambiguous', detail: { host: HOST, reason: 'upstream_timeout' } },
    ],
    [
      'that was answered by a token of another type',
      { answers: [Response.json({ ...good, token_type: 'mac' })] },
      { kind: 'ambiguous', detail: { host: HOST, parameter: 'token_type' } },
    ],
  ])('%s names the reason', async (_, given, expected) => {
    expect((await presented(given)).answer).toEqual(expected)
  })
})

describe('the ID token of an answer', () => {
  const id_token = new UnsecuredJWT({
    iss: ISSUER,
    sub: 'user-2',
    aud: 'client-at-general',
  }).encode()

  it('of another person is refused by name', async () => {
    const { answer } = await presented({ answers: [Response.json({ ...good, id_token })] })

    expect(answer).toEqual({
      kind: 'changed',
      what: 'user',
      detail: { host: HOST, parameter: 'id_token' },
    })
  })

  it('is not looked at where the vendor’s is not to be relied on', async () => {
    const { answer } = await presented({
      answers: [Response.json({ ...good, id_token })],
      vendorOverrides: { idToken: 'ignored' },
    })

    expect(answer.kind).toBe('granted')
  })

  it('that cannot be checked is said with connection and host', async () => {
    const { lines } = await presented({
      answers: [Response.json({ ...good, id_token: 'nonsense' })],
    })

    expect(lines).toEqual([
      { event: 'id_token_dropped', fields: { connection: 'general-production', host: HOST } },
    ])
  })
})

describe('the scopes of an answer', () => {
  it('are what a session has from then on: FHIR that is named no more is granted no more', async () => {
    const { answer } = await presented({
      scopes: ['openid', 'offline_access', 'patient/A.rs', 'patient/B.rs'],
      answers: [Response.json({ ...good, scope: 'patient/C.rs patient/A.rs' })],
    })

    expect(answer).toMatchObject({
      kind: 'granted',
      scopes: ['openid', 'offline_access', 'patient/A.rs', 'patient/C.rs'],
    })
  })
})
