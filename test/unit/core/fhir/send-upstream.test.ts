import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import type { StreamingEgress, StreamingOptions } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import { sendUpstream } from '#core/fhir/send-upstream.ts'
import { accessToken } from '#core/oauth/bound-token.ts'
import { dpopProofs, mintDpopKey } from '#core/oauth/dpop-proofs.ts'
import type { Secret } from '#core/secret.ts'
import type { Session } from '#core/session/session-store.ts'
import { aSession, NOW } from '../../../fixtures.ts'

/** Sends through an egress that answers in turn what is given, errors thrown. */
function setup(
  answers: readonly (Response | BrokerError)[],
  renewed = 'second',
  isWrite = false,
  key?: Secret,
  session = aSession(),
) {
  const sent: {
    readonly token: string | undefined
    readonly proof: string | undefined
    readonly options: StreamingOptions
  }[] = []
  const egress: StreamingEgress = async (_, { headers }, options) => {
    const answer = answers[sent.length]
    sent.push({ token: headers['authorization'], proof: headers['dpop'], options })
    if (!answer || answer instanceof BrokerError) throw answer
    return answer
  }
  const refused: Session[] = []
  const send = () =>
    sendUpstream(
      new URL('https://ehr.example/fhir/Patient/1'),
      (token) => ({ method: 'GET', headers: { authorization: token.reveal() } }),
      {
        egress,
        tokens: {
          freshAccessToken: async (session, { rejected } = {}) => ({
            accessToken: accessToken(rejected ? renewed : 'first', key),
            session,
          }),
        },
        session,
        mayRepeat: !isWrite,
        isOpaque: false,
        redirectTarget: (location) =>
          location.startsWith('https://ehr.example/fhir/') ? new URL(location) : undefined,
        proofs: dpopProofs(() => NOW),
        renewedTokenRefused: async (session) => void refused.push(session),
        remainingMs: () => 60_000,
      },
    )
  return { send, sent, refused }
}

/** A refusal of the token, and whether its connection was let go. */
function unauthorized() {
  const seen = { released: false }
  const body = new ReadableStream({
    cancel() {
      seen.released = true
    },
  })
  return { seen, response: new Response(body, { status: 401 }) }
}

describe('a token that is bound to a key', () => {
  it('goes by its scheme with a proof of the address, once more with the nonce that the EHR wants, also with a change (DP-02, DP-03)', async () => {
    const { send, sent } = setup(
      [
        new Response('', {
          status: 401,
          headers: { 'dpop-nonce': 'n-1', 'www-authenticate': 'DPoP error="use_dpop_nonce"' },
        }),
        new Response('{}'),
      ],
      'second',
      true,
      mintDpopKey(),
    )

    expect((await send()).status).toBe(200)

    expect(sent.map(({ token }) => token)).toEqual(['DPoP first', 'DPoP first'])
    expect(sent.map(({ proof }) => decodeJwt(proof ?? ''))).toMatchObject([
      { htu: 'https://ehr.example/fhir/Patient/1' },
      { htu: 'https://ehr.example/fhir/Patient/1', nonce: 'n-1' },
    ])
  })

  it('is renewed after a refusal of the token itself', async () => {
    const { send, sent } = setup(
      [new Response('', { status: 401 }), new Response('{}')],
      'second',
      false,
      mintDpopKey(),
    )

    expect((await send()).status).toBe(200)
    expect(sent.map(({ token }) => token)).toEqual(['DPoP first', 'DPoP second'])
  })
})

describe('sendUpstream', () => {
  it('goes to the host of the FHIR base and no other, the body open, on a kept connection', async () => {
    const { send, sent } = setup([new Response('{}')])
    expect((await send()).status).toBe(200)
    expect(sent).toMatchObject([
      { token: 'first', options: { hosts: ['ehr.example'], keepAlive: true } },
    ])
  })

  it('follows a redirect once, within the FHIR base and with the token, and no further (FD-36)', async () => {
    const moved = (location: string) => new Response('', { status: 302, headers: { location } })
    const within = 'https://ehr.example/fhir/Patient/2'
    const { send, sent } = setup([moved(within), moved(within)])
    expect((await send()).status).toBe(302)
    expect(sent.map(({ token }) => token)).toEqual(['first', 'first'])

    const outside = setup([moved('https://evil.example/fhir/Patient/2')])
    expect((await outside.send()).status).toBe(302)
    expect(outside.sent).toHaveLength(1)
  })

  it('repeats once, on a fresh connection, what got no answer', async () => {
    const { send, sent } = setup([new BrokerError('upstream_interrupted'), new Response('{}')])
    expect((await send()).status).toBe(200)
    expect(sent.map(({ options }) => options.keepAlive)).toEqual([true, false])
  })

  it('does not repeat a second time', async () => {
    const broken = new BrokerError('upstream_interrupted')
    const { send, sent } = setup([broken, broken, new Response('{}')])
    await expect(send()).rejects.toBe(broken)
    expect(sent).toHaveLength(2)
  })

  it.each(['upstream_unavailable', 'upstream_timeout', 'upstream_refused'] as const)(
    'does not repeat after %s',
    async (code) => {
      const { send, sent } = setup([new BrokerError(code), new Response('{}')])
      await expect(send()).rejects.toMatchObject({ code })
      expect(sent).toHaveLength(1)
    },
  )

  it('repeats with the renewed token what was refused, and lets the refusal go', async () => {
    const { response, seen } = unauthorized()
    const { send, sent } = setup([response, new Response('{}')])
    expect((await send()).status).toBe(200)
    expect(sent.map(({ token }) => token)).toEqual(['first', 'second'])
    expect(seen.released).toBe(true)
  })

  it('ends with session_over when the renewed token is refused, and lets both go', async () => {
    const [first, second] = [unauthorized(), unauthorized()]
    const { send, refused } = setup([first.response, second.response])
    await expect(send()).rejects.toMatchObject({
      code: 'session_over',
      detail: { connection: 'general-production', reason: 'upstream_401' },
    })
    expect([first.seen.released, second.seen.released]).toEqual([true, true])
    expect(refused).toEqual([aSession()])
  })

  it('says that the connection’s own access is refused, for which no session ends', async () => {
    const system = aSession({ authority: 'system' })
    const answers = [unauthorized().response, unauthorized().response]
    const { send, refused } = setup(answers, 'second', false, undefined, system)

    await expect(send()).rejects.toMatchObject({ code: 'system_access_refused' })
    expect(refused).toEqual([])
  })

  it('does not send a refused token again', async () => {
    const { send, sent, refused } = setup([unauthorized().response, new Response('{}')], 'first')
    await expect(send()).rejects.toMatchObject({ code: 'session_over' })
    expect(refused).toEqual([])
    expect(sent).toHaveLength(1)
  })

  it('never repeats a write that may have arrived, and sends it on a fresh connection (FD-16)', async () => {
    const broken = new BrokerError('upstream_interrupted')
    const { send, sent } = setup([broken, new Response('{}')], 'second', true)
    await expect(send()).rejects.toBe(broken)
    expect(sent.map(({ options }) => options.keepAlive)).toEqual([false])
  })

  it('repeats a write once that was refused for its token, since nothing was done (FD-44)', async () => {
    const { send, sent } = setup([unauthorized().response, new Response('{}')], 'second', true)
    expect((await send()).status).toBe(200)
    expect(sent.map(({ token }) => token)).toEqual(['first', 'second'])
  })
})
