import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { Secret } from '#core/secret.ts'
import { signWebhook } from '#core/webhooks/sign-webhook.ts'
import { webhookKey } from '#core/webhooks/webhook-secret.ts'

const SECRET = `whsec_${Buffer.from('a webhook secret of 32 bytes ...').toString('base64')}`
const OLD = `whsec_${Buffer.from('the webhook secret before that .').toString('base64')}`

function signed(secrets: readonly string[], { body = '{"a":1}', timestamp = seconds() } = {}) {
  const keys = secrets.flatMap((secret) => webhookKey(new Secret(secret)) ?? [])
  return { body, headers: { ...signWebhook({ id: 'event-1', timestamp, body }, keys) } }
}

const seconds = () => Math.floor(Date.now() / 1000)

describe('a webhook’s signature', () => {
  it('is what the Standard Webhooks library of others verifies', () => {
    const { body, headers } = signed([SECRET])

    expect(new Webhook(SECRET).verify(body, headers)).toEqual({ a: 1 })
    expect(() => new Webhook(SECRET).verify('{"a":2}', headers)).toThrow(/signature/)
    expect(() => new Webhook(OLD).verify(body, headers)).toThrow(/signature/)
  })

  it('is one of each secret that lives, so that either side may be first to change', () => {
    const { body, headers } = signed([SECRET, OLD])

    expect(new Webhook(SECRET).verify(body, headers)).toEqual({ a: 1 })
    expect(new Webhook(OLD).verify(body, headers)).toEqual({ a: 1 })
  })

  it('covers id and time, so that neither can be put on another', () => {
    const { body, headers } = signed([SECRET])

    for (const changed of [
      { 'webhook-id': 'event-2' },
      { 'webhook-timestamp': String(seconds() - 1) },
    ]) {
      expect(() => new Webhook(SECRET).verify(body, { ...headers, ...changed })).toThrow()
    }
  })
})

describe('a webhook secret', () => {
  it.each([
    ['not base64', 'whsec_no!'],
    ['base64 cut short', 'whsec_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eX='],
    ['23 bytes', `whsec_${Buffer.alloc(23).toString('base64')}`],
    ['65 bytes', `whsec_${Buffer.alloc(65).toString('base64')}`],
    ['empty', 'whsec_'],
  ])('is no key when it is %s', (_, secret) => {
    expect(webhookKey(new Secret(secret))).toBeUndefined()
  })

  it('may go without its prefix', () => {
    expect(webhookKey(new Secret(SECRET.replace('whsec_', '')))).toEqual(
      webhookKey(new Secret(SECRET)),
    )
    expect(webhookKey(new Secret(SECRET))).toHaveLength(32)
  })
})
