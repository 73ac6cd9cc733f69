import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mintPagingKey, openPage, type Page, sealPage } from '#core/fhir/page-link.ts'
import { NOW } from '../../../fixtures.ts'

const KEY = mintPagingKey()
const BINDING = { session: 'session-hash', connection: 'general', path: ['Patient'] }
const PAGE: Page = {
  target: '/Patient?page=2&state=canary',
  scopeType: 'Patient',
  expiresAt: NOW + 60,
  kind: 'page',
}
const invalid = expect.objectContaining({ code: 'fhir_page_invalid' })

describe('a page’s link', () => {
  it('opens under its key and binding, as often as it is asked for', () => {
    const token = sealPage(PAGE, KEY, BINDING)
    expect(openPage(token, KEY, BINDING, NOW)).toEqual(PAGE)
    expect(openPage(token, KEY, BINDING, NOW + 59)).toEqual(PAGE)
  })

  it('is ASCII that needs no escape in a query, and shows nothing of where it leads', () => {
    const token = sealPage(PAGE, KEY, BINDING)
    expect(token).toMatch(/^[\w-]+$/)
    expect(Buffer.from(token, 'base64url').toString('latin1')).not.toContain('canary')
    expect(token).not.toBe(sealPage(PAGE, KEY, BINDING))
  })

  it.each([
    ['of another session (FD-24)', { session: 'another' }],
    ['of another connection', { connection: 'another' }],
    ['on another path', { path: ['Observation'] }],
    ['below the path', { path: ['Patient', '1'] }],
  ])('does not open %s', (_, change) => {
    const token = sealPage(PAGE, KEY, BINDING)
    expect(() => openPage(token, KEY, { ...BINDING, ...change }, NOW)).toThrow(invalid)
  })

  it('does not open under another session’s key, and not after its time', () => {
    const token = sealPage(PAGE, KEY, BINDING)
    expect(() => openPage(token, mintPagingKey(), BINDING, NOW)).toThrow(invalid)
    expect(() => openPage(token, KEY, BINDING, PAGE.expiresAt)).toThrow(invalid)
  })

  it('does not open with any bit changed, cut short or made up', () => {
    const bytes = Buffer.from(sealPage(PAGE, KEY, BINDING), 'base64url')
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(() => openPage(flipped.toString('base64url'), KEY, BINDING, NOW)).toThrow(invalid)
    }
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (token) => {
        expect(() => openPage(token, KEY, BINDING, NOW)).toThrow(invalid)
      }),
      { numRuns: 500 },
    )
  })

  it('stays shorter than a long continuation token that it holds', () => {
    const state = Buffer.from(JSON.stringify({ token: randomBytes(1_500).toString('hex') }))
    const target = `/Patient?ct=${state.toString('base64')}`
    const token = sealPage({ ...PAGE, target }, KEY, BINDING)
    expect(openPage(token, KEY, BINDING, NOW).target).toBe(target)
    expect(token.length).toBeLessThan(target.length)
  })
})
