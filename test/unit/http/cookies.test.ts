import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bindingCookie,
  clearBindingCookie,
  mintBinding,
  presentedHashes,
  surplusCookies,
} from '#core/launch/browser-binding.ts'
import { cookies, type HttpRequest } from '#http/http-request.ts'

const request = (...lines: readonly string[]) =>
  ({ multiValueHeaders: { Cookie: lines } }) as unknown as HttpRequest

const nameChar = fc.stringMatching(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,12}$/)
const value = fc.stringMatching(/^[!#-+\--:<-[\]-~]{0,40}$/)
const jar = fc.uniqueArray(fc.tuple(nameChar, value), { selector: ([name]) => name, maxLength: 8 })

describe('cookies of a request', () => {
  it('are what the browser was given, in its order, whatever else it holds (property)', () => {
    fc.assert(
      fc.property(jar, fc.boolean(), (pairs, inLines) => {
        const sent = pairs.map((pair) => pair.join('='))
        const read = cookies(inLines ? request(...sent) : request(sent.join('; ')))

        expect([...read]).toEqual(pairs)
      }),
    )
  })

  it('are read without the white space about their names and values', () => {
    expect([...cookies(request(' a = 1 ;b=2\t; c=x y '))]).toEqual([
      ['a', '1'],
      ['b', '2'],
      ['c', 'x y'],
    ])
  })

  it('are read of any header without a failure, and none has an empty name (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary-ascii' })), (lines) => {
        for (const name of cookies(request(...lines)).keys()) expect(name).not.toBe('')
      }),
    )
  })

  it('keep the first of two of one name (property)', () => {
    fc.assert(
      fc.property(nameChar, value, value, (name, first, second) => {
        expect(cookies(request(`${name}=${first}; ${name}=${second}`)).get(name)).toBe(first)
      }),
    )
  })

  it('bind a launch: what was set is what is presented, among any others (property)', () => {
    fc.assert(
      fc.property(jar, fc.stringMatching(/^[\w-]{43}$/), (others, keyHash) => {
        const { cookieName, cookieValue, cookieHash } = mintBinding(keyHash)
        const [pair = ''] = bindingCookie({ cookieName, cookieValue, cookieHash }).split(';')
        const sent = [...others.map((one) => one.join('=')), pair].join('; ')

        expect(presentedHashes(cookies(request(sent)))).toContain(cookieHash)
        expect(presentedHashes(cookies(request(sent.replace(pair, ''))))).not.toContain(cookieHash)
        expect(clearBindingCookie(cookieName)).toMatch(/^__Host-sp-[\w-]{8}=; Max-Age=0; /)
      }),
    )
  })

  it('are never more than twenty of launches once the next is set (property)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 180 }), (count) => {
        const sent = Array.from({ length: count }, (_, index) => {
          const { cookieName, cookieValue } = mintBinding(String(index).padStart(8, '0'))
          return `${cookieName}=${cookieValue.reveal()}`
        })
        const held = cookies(request(sent.join('; ')))
        const left = held.size - surplusCookies(held).length

        expect(left + 1).toBeLessThanOrEqual(20)
        expect(left).toBe(Math.min(count, 19))
      }),
      { numRuns: 30 },
    )
  })
})
