import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SsoDestination } from '#core/registry/registry.ts'
import { judgeAnswer } from '#core/sso/judge-answer.ts'

const ORIGINS = ['https://app.example', 'http://127.0.0.1:4020', 'http://plain.example']
const destination: SsoDestination = {
  id: 'destination',
  name: 'App',
  url: 'https://app.example/sso',
  redirectOrigins: ORIGINS,
  secretRef: 'app',
}

function judge(status: number, location?: string, allowLoopbackHttp = false) {
  const headers = new Headers(location === undefined ? {} : { location: encodeHeader(location) })
  return judgeAnswer({ status, headers }, destination, { allowLoopbackHttp })
}

const refusal = (reason: string) =>
  expect.objectContaining({ code: 'sso_redirect_refused', detail: { reason } })

/** Addresses that some parser or other takes to be on app.example, or to be harmless. */
const OPEN_REDIRECTS: readonly [string, string][] = [
  ['an empty one', ''],
  ['a path', '/welcome'],
  ['a relative path', 'welcome'],
  ['a query', '?next=1'],
  ['another origin', 'https://evil.example/'],
  ['a scheme-relative one', '//evil.example'],
  ['a scheme-relative one of our own', '//app.example/in'],
  ['three slashes', '///evil.example'],
  ['backslashes', String.raw`\\evil.example`],
  ['slash and backslash', String.raw`/\evil.example`],
  ['a backslash after the scheme', String.raw`https:\\app.example\in`],
  ['a backslash in the authority', String.raw`https://evil.example\@app.example/`],
  ['a backslash before the name', String.raw`https://app.example\.evil.example/`],
  ['one slash', 'https:/app.example/in'],
  ['no slash', 'https:app.example/in'],
  ['a user', 'https://app.example@evil.example/'],
  ['a user at the right host', 'https://someone@app.example/'],
  ['a password', 'https://app.example:x@evil.example/'],
  ['an empty user', 'https://@evil.example/'],
  ['a suffix', 'https://app.example.evil.example/'],
  ['a prefix', 'https://evilapp.example/'],
  ['a subdomain', 'https://www.app.example/'],
  ['another port', 'https://app.example:8443/'],
  ['plain http', 'http://app.example/'],
  ['a final dot', 'https://app.example./'],
  ['an encoded dot', 'https://app.example%2eevil.example/'],
  ['an encoded slash', 'https://evil.example%2f.app.example/'],
  ['a full-width slash', 'https://evil.example\uff0fapp.example/'],
  ['a full-width dot', 'https://app\uff0eexample.evil.example/'],
  ['a look-alike', 'https://аpp.example/'],
  ['a script', 'javascript:alert(1)'],
  ['a script in capitals', 'JaVaScRiPt:alert(1)'],
  ['a script that looks like an address', 'javascript://app.example/%0aalert(1)'],
  ['data', 'data:text/html,<script>alert(1)</script>'],
  ['a blob', 'blob:https://app.example/1'],
  ['a view', 'view-source:https://app.example/'],
  ['a file', 'file://app.example/etc/passwd'],
  ['about', 'about:blank'],
  ['another scheme', 'ftp://app.example/'],
  ['an app scheme', 'myapp://app.example/in'],
  ['a space inside', 'https://app.example/a b'],
  ['a tab in the scheme', 'java\tscript:alert(1)'],
  ['a tab in the host', 'https://app.example\t.evil.example/'],
  ['nothing but a scheme', 'https://'],
  ['a bad port', 'https://app.example:99999/'],
  ['a bad address', 'https://[::1'],
]

describe('judgeAnswer', () => {
  it.each([302, 303])('moves on to a registered origin after a %i', (status) => {
    expect(judge(status, 'https://app.example/in?token=1#top').location?.href).toBe(
      'https://app.example/in?token=1#top',
    )
  })

  it('takes another spelling of a registered origin, and emits the plain one', () => {
    expect(judge(302, 'HTTPS://App.Example:443/a/../in').location?.href).toBe(
      'https://app.example/in',
    )
  })

  it.each(OPEN_REDIRECTS)('goes nowhere after %s (BC-05)', (_name, location) => {
    expect(() => judge(302, location)).toThrow(
      expect.objectContaining({ code: 'sso_redirect_refused' }),
    )
  })

  it('goes nowhere without an address, or with two', () => {
    expect(() => judge(302)).toThrow(refusal('not_absolute'))
    expect(() => judge(302, 'https://app.example/, https://evil.example/')).toThrow(
      refusal('not_absolute'),
    )
  })

  it('never leaves the registered origins, however the address is put together', () => {
    const part = fc.constantFrom(
      ...['https:', 'http:', 'javascript:', '//', '/', '\\', '@', ':', '.', '?', '#', '%2f', '\t'],
      ...['app.example', 'evil.example', '127.0.0.1', '443', 'x', ' ', '\u3002', '\uff0f'],
    )
    const address = fc
      .tuple(fc.constantFrom('', 'https://', 'https://app.example'), fc.array(part))
      .map(([start, parts]) => start + parts.join(''))

    fc.assert(
      fc.property(address, (location) => {
        const outcome = attempt(location)
        expect([undefined, 'https://app.example']).toContain(outcome?.origin)
        expect(outcome?.username ?? '').toBe('')
        expect(outcome?.password ?? '').toBe('')
      }),
      { numRuns: 2000 },
    )
  })

  it('takes plain http to loopback only, and only on a stack that is held to loopback', () => {
    expect(judge(302, 'http://127.0.0.1:4020/in', true).location?.href).toBe(
      'http://127.0.0.1:4020/in',
    )
    expect(() => judge(302, 'http://127.0.0.1:4020/in')).toThrow(refusal('scheme'))
    expect(() => judge(302, 'http://plain.example/in', true)).toThrow(refusal('scheme'))
  })

  it('has nothing to show after a 204', () => {
    expect(judge(204, 'https://evil.example/')).toEqual({})
  })

  it.each([200, 201, 300, 301, 307, 308, 400, 401, 404, 500, 503])(
    'refuses a %i, whatever address comes with it',
    (status) => {
      expect(() => judge(status, 'https://app.example/')).toThrow(
        expect.objectContaining({ code: 'sso_destination_refused', detail: { status } }),
      )
    },
  )
})

function attempt(location: string): URL | undefined {
  try {
    return judge(302, location).location
  } catch {
    return undefined
  }
}

/** Header values are bytes: what is beyond Latin-1 comes as its UTF-8 bytes, as Node reads them. */
function encodeHeader(value: string): string {
  return Buffer.from(value, 'utf8').toString('latin1')
}
