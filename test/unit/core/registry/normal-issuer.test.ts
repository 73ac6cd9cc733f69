import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalIssuer } from '#core/registry/normal-issuer.ts'

/** No hyphens: `xn--` begins Punycode, which the parser checks. */
const label = fc.stringMatching(/^[a-z][a-z0-9]{0,10}$/)
const host = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'))
const port = fc.oneof(
  fc.constant(''),
  fc.integer({ min: 1024, max: 65_535 }).map((n) => `:${n}`),
)
const segment = fc.stringMatching(/^[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,12}$/)
const path = fc.array(segment, { maxLength: 4 }).map((parts) => parts.map((p) => `/${p}`).join(''))
const base = fc.record({ scheme: fc.constantFrom('http', 'https'), host, port, path })

describe('normalIssuer', () => {
  it('leaves a normal form as it is', () => {
    fc.assert(
      fc.property(base, ({ scheme, host, port, path }) => {
        const normal = `${scheme}://${host}${port}${path}`
        expect(normalIssuer(normal)).toBe(normal)
      }),
    )
  })

  it('makes case of scheme and host, default port and one final slash equal', () => {
    fc.assert(
      fc.property(base, fc.boolean(), fc.boolean(), (parts, upper, slash) => {
        const { scheme, host, path } = parts
        const port = scheme === 'https' ? ':443' : ':80'
        const authority = `${scheme}://${host}${port}`
        const written = (upper ? authority.toUpperCase() : authority) + path + (slash ? '/' : '')
        expect(normalIssuer(written)).toBe(`${scheme}://${host}${path}`)
      }),
    )
  })

  it('answers a form that is its own normal form, or nothing, for any text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      fc
        .array(
          fc.constantFrom(
            'http:',
            'https:',
            '/',
            '\\',
            '@',
            '?',
            '#',
            '.',
            '%2e',
            'h',
            ':',
            '0',
            ' ',
          ),
          {
            maxLength: 14,
          },
        )
        .map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(text, (iss) => {
        const normal = normalIssuer(iss)
        if (normal === undefined) return
        expect(normalIssuer(normal)).toBe(normal)
        expect(normal).toMatch(/^https?:\/\/[^/?#@\\\s]+(\/[^/?#\\\s]+)*$/)
      }),
    )
  })

  it('keeps what follows the host in its case', () => {
    expect(normalIssuer('HTTPS://EHR.Example.org/API/FHIR/R4/')).toBe(
      'https://ehr.example.org/API/FHIR/R4',
    )
    expect(normalIssuer('https://ehr.example.org/r4')).not.toBe(
      normalIssuer('https://ehr.example.org/R4'),
    )
  })

  it.each([
    ['userinfo', 'https://user@ehr.example.org/r4'],
    ['empty userinfo', 'https://@ehr.example.org/r4'],
    ['a password', 'https://ehr.example.org:443@evil.example/r4'],
    ['a query', 'https://ehr.example.org/r4?a=b'],
    ['an empty query', 'https://ehr.example.org/r4?'],
    ['a query without a path', 'https://ehr.example.org?a=b'],
    ['a fragment', 'https://ehr.example.org/r4#a'],
    ['an empty fragment', 'https://ehr.example.org/r4#'],
    ['a backslash', 'https://ehr.example.org\\r4'],
    ['a backslash in the path', 'https://ehr.example.org/a\\r4'],
    ['a space before', ' https://ehr.example.org/r4'],
    ['a space after', 'https://ehr.example.org/r4 '],
    ['a line feed within', 'https://ehr.example.org/\nr4'],
    ['a dot segment', 'https://ehr.example.org/a/../r4'],
    ['a single dot segment', 'https://ehr.example.org/./r4'],
    ['an encoded dot segment', 'https://ehr.example.org/a/%2e%2E/r4'],
    ['a half-encoded dot segment', 'https://ehr.example.org/a/.%2e/r4'],
    ['two final slashes', 'https://ehr.example.org/r4//'],
    ['an empty segment', 'https://ehr.example.org//r4'],
    ['an encoded host', 'https://%65hr.example.org/r4'],
    ['a full-width host', 'https://ｅhr.example.org/r4'],
    ['a path beyond ASCII', 'https://ehr.example.org/ä'],
    ['a short IP address', 'http://127.1/r4'],
    ['a hexadecimal IP address', 'http://0x7f000001/r4'],
    ['an empty port', 'https://ehr.example.org:/r4'],
    ['a padded port', 'https://ehr.example.org:0443/r4'],
    ['missing slashes', 'https:ehr.example.org/r4'],
    ['three slashes', 'https:///ehr.example.org/r4'],
    ['another scheme', 'ftp://ehr.example.org/r4'],
    ['javascript', 'javascript:alert(1)'],
    ['no scheme', 'ehr.example.org/r4'],
    ['nothing', ''],
    ['too long an address', `https://ehr.example.org/${'a'.repeat(1024)}`],
  ])('refuses %s', (_what, iss) => {
    expect(normalIssuer(iss)).toBeUndefined()
  })
})
