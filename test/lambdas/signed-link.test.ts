import { describe, expect, it } from 'vitest'
import { memoryOneTimeStore } from '#adapters/memory/one-time-store.ts'
import { memoryReplayStore } from '#adapters/memory/replay-store.ts'
import { memorySecretReader } from '#adapters/memory/secret-reader.ts'
import type { SignedLinkScheme } from '#core/registry/sign-on-scheme.ts'
import type { TicketClear } from '#core/sso/issue-ticket.ts'
import { openTicket } from '#core/sso/open-ticket.ts'
import type { HttpRequest } from '#http/http-request.ts'
import { launchHandler } from '../../lambdas/launch/handler.ts'
import { aConnection, anApp, aRegistry, NOW } from '../fixtures.ts'
import { IDLE_CLIENT } from '../support/idle-client.ts'
import { recordingLog } from '../support/recording-log.ts'
import { hmacQuery, linkJwt } from '../support/signed-links.ts'
import { noLinks } from './given-links.ts'

const SECRET = 'a-link-secret-0123456789abcdef01'
const OTHER_SECRET = 'another-link-secret-0123456789ab'
const HMAC: SignedLinkScheme = {
  scheme: 'signed-link',
  link: {
    format: 'hmac',
    signatureParameter: 'sig',
    signatureEncoding: 'hex',
    hash: 'sha256',
    timestampParameter: 'ts',
    timestampFormat: 'epoch-seconds',
    secretRef: 'general',
  },
  windowSeconds: 300,
  mapping: { user: { subject: 'user' }, patient: { identifiers: [{ from: 'mrn', idType: 'MR' }] } },
}
const JWT: SignedLinkScheme = {
  ...HMAC,
  link: {
    format: 'jwt',
    parameter: 'token',
    issuer: 'https://ehr.general.example',
    audience: 'sallyport',
    secretRef: 'general',
  },
  mapping: { user: { subject: 'sub' } },
}

function setup(signOn: SignedLinkScheme = HMAC) {
  const tickets = memoryOneTimeStore<TicketClear>(() => NOW)
  const one = aConnection({ signOn, fhirAuthority: 'none' })
  const other = aConnection({ id: 'other', signOn: withSecret(signOn, 'other') })
  const log = recordingLog()
  const handler = launchHandler({
    registry: aRegistry({ apps: [anApp()], connections: [one, other] }),
    discovery: async () => {
      throw new Error('a link asks no EHR')
    },
    launches: memoryOneTimeStore(() => NOW),
    redirectUri: 'https://broker.example/live/redirect',
    ...IDLE_CLIENT,
    ...noLinks({
      tickets,
      replays: memoryReplayStore(),
      linkSecrets: memorySecretReader({ general: [SECRET], other: [OTHER_SECRET] }),
    }),
    log,
    now: () => NOW,
  })
  const open = (request: Partial<HttpRequest>, key = 'general-production') =>
    handler({ httpMethod: 'GET', pathParameters: { key }, ...request } as HttpRequest)
  const post = (body: string, key?: string) =>
    open(
      {
        httpMethod: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body,
      },
      key,
    )
  return { open, post, tickets, log }
}

const withSecret = (signOn: SignedLinkScheme, secretRef: string): SignedLinkScheme => ({
  ...signOn,
  link: { ...signOn.link, secretRef },
})
const good = (parameters: Readonly<Record<string, string>> = {}) =>
  hmacQuery(SECRET, { user: 'ada', mrn: '000123', ts: String(NOW), ...parameters })
const ticketIn = (body: string) => /name="ticket" value="([^"]+)"/.exec(body)?.[1] ?? ''
const cookieHashOf = async (setCookie: unknown) => {
  const { createHash } = await import('node:crypto')
  const value = /=([^;]+)/.exec(String(setCookie))?.[1] ?? ''
  return createHash('sha256').update(value).digest('base64url')
}

describe('a signed link', () => {
  it('hands over who it says, to the browser that opened it and gets its cookie (CX-08)', async () => {
    const { post, tickets } = setup()

    const page = await post(good())

    expect(page.statusCode).toBe(200)
    const cookie = page.multiValueHeaders?.['set-cookie']?.[0]
    expect(cookie).toMatch(/^__Host-sp-[\w-]{8}=[\w-]{43}; Max-Age=600; .*HttpOnly.*Partitioned/)
    const { handOver } = await openTicket(
      ticketIn(page.body),
      [await cookieHashOf(cookie)],
      tickets,
    )
    expect(handOver).toMatchObject({
      connection: 'general-production',
      user: { subject: 'ada' },
      patient: { identifiers: [{ id: '000123', idType: 'MR' }] },
    })
    expect(handOver).not.toHaveProperty('session')
  })

  it('is posted by our own page, which has the query as the browser has it', async () => {
    const { open, post } = setup()

    const page = await open({ multiValueQueryStringParameters: { user: ['ada'] } })

    expect(page.body).toContain('location.search.slice(1)')
    expect(page.body).not.toContain('ada')
    expect(page.headers?.['content-security-policy']).toContain(
      'form-action https://broker.example/live/launch/general-production',
    )
    const posted = await post(new URLSearchParams({ signed_query: good() }).toString())
    expect(ticketIn(posted.body)).toMatch(/^[\w-]{43}$/)
  })

  it('is good once: a replay is refused', async () => {
    const { post } = setup()
    await post(good())

    await expect(post(good())).rejects.toMatchObject({ code: 'link_used' })
    const spelled = good().replace(/sig=.*/, (sig) => `sig=${sig.slice(4).toUpperCase()}`)
    await expect(post(spelled)).rejects.toMatchObject({ code: 'link_used' })
  })

  it('opens no other connection, though it is good at its own', async () => {
    const { post } = setup()

    await expect(post(good(), 'other')).rejects.toMatchObject({ code: 'link_invalid' })
    expect((await post(good())).statusCode).toBe(200)
  })

  it('that signs nobody on is not used up', async () => {
    const { post } = setup()

    await expect(post(good({ user: '' }))).rejects.toMatchObject({ code: 'identity_unknown' })
    await expect(post(good({ user: '' }))).rejects.toMatchObject({ code: 'identity_unknown' })
  })

  it('leaves nothing of what it says in the log', async () => {
    const { post, log } = setup()
    await post(good({ user: 'user-canary', mrn: 'mrn-canary' }))
    await post(good({ user: 'user-canary', ts: '1' })).catch(() => undefined)

    expect(log.lines.map(({ event }) => event)).toEqual(['launch_completed'])
    expect(JSON.stringify(log.lines)).not.toContain('canary')
  })

  it('may be a JWT in the address, which is good once too', async () => {
    const { open } = setup(JWT)
    const request = { multiValueQueryStringParameters: { token: [await linkJwt(SECRET, NOW)] } }

    expect(ticketIn((await open(request)).body)).toMatch(/^[\w-]{43}$/)
    await expect(open(request)).rejects.toMatchObject({ code: 'link_used' })
    await expect(open(request, 'other')).rejects.toMatchObject({ code: 'link_invalid' })
    const twice = { multiValueQueryStringParameters: { token: ['a', 'b'] } }
    await expect(open(twice)).rejects.toMatchObject({ detail: { reason: 'parameter_repeated' } })
    await expect(open({})).rejects.toMatchObject({ detail: { reason: 'missing' } })
  })

  it('opens by a navigation only', async () => {
    const headers = { 'sec-fetch-mode': 'cors' }
    await expect(setup().open({ headers })).rejects.toMatchObject({ code: 'navigation_required' })
  })
})
