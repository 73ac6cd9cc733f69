import { describe, expect, it } from 'vitest'
import { mintBinding, presentedHashes, weakBinding } from '#core/launch/browser-binding.ts'
import type { HttpRequest } from '#http/http-request.ts'
import { isInFrame, presentedBindings } from '#http/presented-bindings.ts'

const IN_FRAME = {
  'sec-fetch-dest': 'iframe',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'cross-site',
  'user-agent': 'Browser/1',
}
const WEAK = weakBinding('Browser/1').cookieHash

const request = (headers: Record<string, string | undefined>) =>
  ({ headers }) as Partial<HttpRequest> as HttpRequest

describe('what a browser presents', () => {
  it('is its cookies, in a frame or not', () => {
    const { cookieName, cookieValue, cookieHash } = mintBinding('abcdefgh')
    const cookie = `${cookieName}=${cookieValue.reveal()}`

    expect(presentedBindings(request({ cookie }))).toEqual([cookieHash])
    expect(presentedBindings(request({ ...IN_FRAME, cookie }))).toEqual([cookieHash])
  })

  it.each(['cross-site', 'same-site', 'same-origin'])(
    'is, in a frame without cookies that a page of a %s led here, what it is known by',
    (site) => {
      expect(presentedBindings(request({ ...IN_FRAME, 'sec-fetch-site': site }))).toEqual([WEAK])
    },
  )

  it.each([
    ['a window of its own', { 'sec-fetch-dest': 'document' }],
    ['a browser that does not say where', { 'sec-fetch-dest': undefined }],
    ['a request of a script', { 'sec-fetch-mode': 'cors' }],
    ['a browser that does not say how', { 'sec-fetch-mode': undefined }],
    ['an address that was typed', { 'sec-fetch-site': 'none' }],
    ['a browser that does not say whence', { 'sec-fetch-site': undefined }],
  ])('is nothing in %s', (_what, changed) => {
    expect(presentedBindings(request({ ...IN_FRAME, ...changed }))).toEqual([])
  })

  it('is another for another browser, and never that of a cookie', () => {
    expect(presentedBindings(request({ ...IN_FRAME, 'user-agent': 'Browser/2' }))).not.toEqual([
      WEAK,
    ])
    const value = 'without a cookie: Browser/1'
    expect(presentedHashes(new Map([['__Host-sp-none', value]]))).toEqual([])
  })
})

describe('a frame', () => {
  it.each(['iframe', 'frame', 'object', 'embed'])('is an %s', (dest) => {
    expect(isInFrame(request({ 'sec-fetch-dest': dest }))).toBe(true)
  })

  it.each(['document', 'empty', 'script', undefined])('is no %s', (dest) => {
    expect(isInFrame(request({ 'sec-fetch-dest': dest }))).toBe(false)
  })
})
