import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Secret } from '#core/secret.ts'
import { checkHmacLink } from '#core/signed-link/check-hmac-link.ts'
import { NOW } from '../../../fixtures.ts'
import { hmacQuery, withSignature } from '../../../support/signed-links.ts'

const SECRET = 'a-link-secret-0123456789'
const LINK = {
  format: 'hmac',
  signatureParameter: 'sig',
  signatureEncoding: 'hex',
  hash: 'sha256',
  timestampParameter: 'ts',
  timestampFormat: 'epoch-seconds',
  secretRef: 'general',
} as const

const check = (
  query: string,
  {
    link = {},
    secrets = [SECRET],
    now = NOW,
  }: { link?: Partial<Parameters<typeof checkHmacLink>[1]>; secrets?: string[]; now?: number } = {},
) =>
  checkHmacLink(
    query,
    { ...LINK, ...link },
    secrets.map((secret) => new Secret(secret)),
    { windowSeconds: 300, now },
  )

const refused = (code: string, reason: string) =>
  expect.objectContaining({ code, detail: { reason } })

const good = (parameters: Readonly<Record<string, string>> = {}) =>
  hmacQuery(SECRET, { user: 'ada', mrn: '000 123', ts: String(NOW), ...parameters })

describe('checkHmacLink', () => {
  it('reads a link that is signed byte for byte', () => {
    const { said, replayableUntil } = check(good())

    expect([said('user'), said('mrn'), said('none')]).toEqual(['ada', '000 123', undefined])
    expect(replayableUntil).toBe(NOW + 360)
  })

  it('takes the bytes as they are: another spelling of the same parameters is another link', () => {
    const spelled = withSignature(SECRET, `user=%61da&mrn=000+123&ts=${NOW}`)

    expect(check(spelled).said('user')).toBe('ada')
    expect(() => check(spelled.replace('%61', 'a'))).toThrow(refused('link_invalid', 'signature'))
    expect(() => check(spelled.replace('+', '%20'))).toThrow(refused('link_invalid', 'signature'))
  })

  it('refuses reordered parameters', () => {
    const [user, mrn, ...rest] = good().split('&')
    expect(() => check([mrn, user, ...rest].join('&'))).toThrow(
      refused('link_invalid', 'signature'),
    )
  })

  it('refuses a parameter that is there twice, though it is signed', () => {
    const twice = withSignature(SECRET, `user=ada&user=eve&ts=${NOW}`)
    expect(() => check(twice)).toThrow(refused('link_invalid', 'parameter_repeated'))
  })

  it.each([
    ['after the signature', (query: string) => `${query}&user=eve`],
    ['a second signature', (query: string) => `${query}&sig=00`],
    ['the signature first', (query: string) => query.split('&').reverse().join('&')],
    ['no signature', (query: string) => query.replace(/&sig=.*/, '')],
    ['nothing at all', () => ''],
    ['the signature alone', (query: string) => query.replace(/.*&/, '')],
  ])('refuses a query with %s', (_, change) => {
    expect(() => check(change(good()))).toThrow(refused('link_invalid', 'signature_place'))
  })

  it.each([
    ['', (query: string) => query.replace(/sig=.*/, 'sig=')],
    ['that is cut short', (query: string) => query.slice(0, -2)],
    ['that is no hex', (query: string) => query.replace(/sig=../, 'sig=zz')],
    ['of bad escapes', (query: string) => query.replace(/sig=.*/, 'sig=%')],
  ])('refuses a signature %s', (_, change) => {
    expect(() => check(change(good()))).toThrow(refused('link_invalid', 'signature'))
  })

  it('refuses what another secret signed, and takes either of two that live', () => {
    expect(() => check(good(), { secrets: ['of-another-connection'] })).toThrow(
      refused('link_invalid', 'signature'),
    )
    expect(() => check(good(), { secrets: [] })).toThrow(refused('link_invalid', 'signature'))
    expect(check(good(), { secrets: ['the-newer-one', SECRET] }).said('user')).toBe('ada')
    expect(check(good(), { secrets: [SECRET, 'the-older-one'] }).said('user')).toBe('ada')
  })

  it.each([
    [-299, undefined],
    [-300, 'too_old'],
    [60, undefined],
    [61, 'not_yet'],
  ])('judges a link made %d s from now', (offset, reason) => {
    const link = () => check(good({ ts: String(NOW + offset) }))
    if (reason === undefined) expect(link().said('user')).toBe('ada')
    else expect(link).toThrow(refused('link_expired', reason))
  })

  it.each(['', 'soon', '-1', '1e9', '17672256000', '0x69'])('refuses the time %j', (ts) => {
    expect(() => check(good({ ts }))).toThrow(expect.objectContaining({ name: 'BrokerError' }))
  })

  it('reads the other forms of time, hash and signature that the registry knows', () => {
    const ms = hmacQuery(SECRET, { user: 'ada', ts: String(NOW * 1000) })
    expect(check(ms, { link: { timestampFormat: 'epoch-milliseconds' } }).said('user')).toBe('ada')
    const iso = hmacQuery(SECRET, { user: 'ada', ts: '2026-01-01T01:00:00+01:00' })
    expect(check(iso, { link: { timestampFormat: 'iso8601' } }).said('user')).toBe('ada')

    const query = `user=ada&ts=${NOW}`
    for (const signatureEncoding of ['base64', 'base64url'] as const) {
      const mac = createHmac('sha512', SECRET).update(query).digest(signatureEncoding)
      const link = { hash: 'sha512', signatureEncoding } as const
      expect(check(`${query}&sig=${mac}`, { link }).said('user')).toBe('ada')
      expect(check(`${query}&sig=${encodeURIComponent(mac)}`, { link }).said('user')).toBe('ada')
    }
  })

  it('has one id for one signature, however it is spelled', () => {
    const upper = good().replace(/sig=.*/, (sig) => `sig=${sig.slice(4).toUpperCase()}`)
    expect(check(upper).id).toBe(check(good()).id)
  })

  it('takes no query that was changed in any one place (property)', () => {
    const query = good()
    fc.assert(
      fc.property(fc.nat(query.length - 1), fc.integer({ min: 33, max: 126 }), (at, code) => {
        const char = String.fromCharCode(code)
        const changed = query.slice(0, at) + char + query.slice(at + 1)
        fc.pre(changed.toLowerCase() !== query)
        expect(() => check(changed)).toThrow(expect.objectContaining({ code: 'link_invalid' }))
      }),
    )
  })
})
