import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { sessionKey, verifyWebhook } from '#client/index.ts'

const SECRET = `whsec_${Buffer.from('a webhook secret of 32 bytes ...').toString('base64')}`
const OLD = `whsec_${Buffer.from('the webhook secret before that .').toString('base64')}`
const EVENT = {
  id: 'event-1',
  type: 'session.ended',
  occurredAt: '2026-01-01T00:00:00.000Z',
  app: 'heartline',
  connection: 'general-production',
  session: 'session-key-hash',
}
const NOW_MS = 1_767_225_600_000

/** A webhook as the Standard Webhooks library of others signs it. */
function setup({
  event = EVENT as unknown,
  id = 'event-1',
  secret = SECRET,
  sentMs = NOW_MS,
} = {}) {
  const body = JSON.stringify(event)
  return {
    body,
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(sentMs / 1000),
      'webhook-signature': new Webhook(secret).sign(id, new Date(sentMs), body),
    },
  }
}
const trust = { secret: SECRET, now: () => NOW_MS }

describe('verifyWebhook', () => {
  it('takes a Request, and what a framework has read of one, whatever the case of its headers', async () => {
    const { body, headers } = setup()
    const request = new Request('https://app.example/hooks', { method: 'POST', headers, body })
    const shouted = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]),
    )

    expect(await verifyWebhook(request, trust)).toEqual(EVENT)
    expect(await verifyWebhook({ headers: shouted, body }, trust)).toEqual(EVENT)
  })

  it('takes either of two secrets, and signatures of later versions beside ours', async () => {
    const { body, headers } = setup({ secret: OLD })
    const more = { ...headers, 'webhook-signature': `v9,abc ${headers['webhook-signature']}` }

    const both = { ...trust, secret: [SECRET, OLD] } as const
    expect(await verifyWebhook({ headers: more, body }, both)).toEqual(EVENT)
  })

  it('refuses what is not signed by the broker, or not as it was signed', async () => {
    const { body, headers } = setup()

    for (const received of [
      setup({ secret: OLD }),
      { headers, body: body.replace('ended', 'begun') },
      { headers: { ...headers, 'webhook-id': 'event-2' }, body },
      { headers: { ...headers, 'webhook-timestamp': String(NOW_MS / 1000 + 1) }, body },
      { headers: { ...headers, 'webhook-signature': 'v1,' }, body },
      { headers: { ...headers, 'webhook-signature': undefined }, body },
      { headers: {}, body },
      setup({ id: 'event-2' }),
      setup({ event: null }),
    ]) {
      await expect(verifyWebhook(received, trust)).rejects.toMatchObject({
        code: 'webhook_invalid',
      })
    }
  })

  it('refuses whatever is flipped in a signature', async () => {
    const { body, headers } = setup()
    const signature = headers['webhook-signature']

    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 3, max: signature.length - 3 }),
        fc.constantFrom(...'ABCDabcd0123+/'),
        async (place, character) => {
          fc.pre(signature[place] !== character)
          const changed = signature.slice(0, place) + character + signature.slice(place + 1)
          const received = { headers: { ...headers, 'webhook-signature': changed }, body }
          await expect(verifyWebhook(received, trust)).rejects.toMatchObject({
            code: 'webhook_invalid',
          })
        },
      ),
      { numRuns: 50 },
    )
  })

  it.each([-301, 301])('refuses one that was sent %d seconds from now', async (seconds) => {
    await expect(
      verifyWebhook(setup({ sentMs: NOW_MS + seconds * 1000 }), trust),
    ).rejects.toMatchObject({ code: 'webhook_expired' })
  })

  it('does not begin with a secret that anybody could guess', async () => {
    for (const secret of ['', 'whsec_', 'whsec_c2hvcnQ=']) {
      await expect(verifyWebhook(setup(), { ...trust, secret })).rejects.toThrow(TypeError)
    }
  })
})

describe('sessionKey', () => {
  it('is what events call the session of a SessionID', async () => {
    expect(await sessionKey('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0')
  })
})
