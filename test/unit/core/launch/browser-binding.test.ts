import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  bindingCookie,
  clearBindingCookie,
  keepsCookies,
  mintBinding,
  presentedHashes,
  probeCookie,
  surplusCookies,
  weakBinding,
} from '#core/launch/browser-binding.ts'

const KEY_HASH = 'abcdefgh-and-the-rest-of-the-hash'

function jar(count: number) {
  const cookies = Array.from({ length: count }, (_, index): [string, string] => [
    `__Host-sp-${String(index).padStart(8, '0')}`,
    `value-${index}`,
  ])
  return new Map([['other', 'x'], ...cookies, ['__Host-sp-too-long-a-name', 'y']])
}

function sha256(value: string) {
  return createHash('sha256').update(value).digest('base64url')
}

describe('mintBinding', () => {
  it('names the cookie for the launch and makes 256 random bits, of which it tells the hash', () => {
    const { cookieName, cookieValue, cookieHash } = mintBinding(KEY_HASH)

    expect(cookieName).toBe('__Host-sp-abcdefgh')
    expect(Buffer.from(cookieValue.reveal(), 'base64url')).toHaveLength(32)
    expect(cookieHash).toBe(sha256(cookieValue.reveal()))
    expect(mintBinding(KEY_HASH).cookieHash).not.toBe(cookieHash)
  })
})

describe('bindingCookie', () => {
  it('works in a frame, only over https, for ten minutes, and is out of scripts’ reach', () => {
    const binding = mintBinding(KEY_HASH)

    expect(bindingCookie(binding)).toBe(
      `__Host-sp-abcdefgh=${binding.cookieValue.reveal()}; Max-Age=600; Path=/; Secure; HttpOnly; SameSite=None; Partitioned`,
    )
  })

  it('is cleared in the same partition', () => {
    expect(clearBindingCookie('__Host-sp-abcdefgh')).toBe(
      '__Host-sp-abcdefgh=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=None; Partitioned',
    )
  })
})

describe('presentedHashes', () => {
  it('hashes the cookies of launches, and no other', () => {
    expect(presentedHashes(jar(2))).toEqual([sha256('value-0'), sha256('value-1')])
  })

  it.each([
    'x__Host-sp-00000000',
    '__Host-sp-0000000',
    '__Host-sp-000000000',
    '__Host-sp-0000.000',
    '__Host-sp-none',
  ])('hashes no cookie of the name %s', (name) => {
    expect(presentedHashes(new Map([[name, 'value']]))).toEqual([])
  })

  it('is empty without cookies', () => {
    expect(presentedHashes(new Map())).toEqual([])
  })

  it('takes the newest twenty of more', () => {
    const hashes = presentedHashes(jar(25))

    expect(hashes).toHaveLength(20)
    expect(hashes[0]).toBe(sha256('value-5'))
  })
})

describe('surplusCookies', () => {
  it('drops none while there is room for one more', () => {
    expect(surplusCookies(jar(19))).toEqual([])
  })

  it('drops the oldest, so that twenty are left with the new one', () => {
    expect(surplusCookies(jar(21))).toEqual(['__Host-sp-00000000', '__Host-sp-00000001'])
  })
})

describe('a browser', () => {
  it('is asked to keep a cookie that says nothing, as it would a launch’s', () => {
    expect(probeCookie()).toBe(
      '__Host-sp-kept=1; Max-Age=600; Path=/; Secure; HttpOnly; SameSite=None; Partitioned',
    )
  })

  it('keeps cookies where it shows that one, or any launch’s', () => {
    expect(keepsCookies(new Map([['__Host-sp-kept', '1']]))).toBe(true)
    expect(keepsCookies(new Map([['__Host-sp-00000000', 'value']]))).toBe(true)
    expect(keepsCookies(new Map([['other', '1']]))).toBe(false)
    expect(keepsCookies(new Map())).toBe(false)
  })

  it('that keeps none is known by its kind, under a name that no launch’s cookie has', () => {
    const binding = weakBinding('Browser/1')

    expect(binding).toEqual({
      cookieName: '__Host-sp-none',
      cookieHash: sha256('without a cookie: Browser/1'),
    })
    expect(weakBinding('Browser/2').cookieHash).not.toBe(binding.cookieHash)
  })
})
