import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { upstreamInit, upstreamUrl } from '#core/fhir/upstream-request.ts'
import { Secret } from '#core/secret.ts'
import { aFhirRequest } from './a-fhir-request.ts'

const BASE = 'https://ehr.example/fhir/r4'

describe('upstreamUrl', () => {
  it.each([
    [BASE, ['Patient', '1'], '', `${BASE}/Patient/1`],
    [`${BASE}/`, ['Patient'], 'name=x', `${BASE}/Patient?name=x`],
    [BASE, [], '_getpages=a', `${BASE}?_getpages=a`],
    ['https://ehr.example', ['Patient'], '', 'https://ehr.example/Patient'],
    ['https://ehr.example/', ['Patient'], '', 'https://ehr.example/Patient'],
    [BASE, ['Patient'], '&', `${BASE}/Patient`],
    [BASE, ['Patient', '$everything'], '', `${BASE}/Patient/$everything`],
  ])('puts on %s the segments %j and the query %s', (base, segments, query, expected) => {
    expect(upstreamUrl(base, segments, new URLSearchParams(query)).href).toBe(expected)
  })

  it('leaves the session out, every time it is named', () => {
    const query = new URLSearchParams('a=1&_redox_session=s&b=2&_redox_session=s')
    expect(upstreamUrl(BASE, ['Patient'], query).search).toBe('?a=1&b=2')
  })

  it('keeps every name and value, repeats and their order, whatever they hold (FD-04)', () => {
    const parameter = fc.tuple(
      fc.string({ minLength: 1, unit: 'grapheme' }).filter((name) => name !== '_redox_session'),
      fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('a|b', 'a,b', 'a\\,b', 'a+b c;d')),
    )
    fc.assert(
      fc.property(fc.array(parameter), (parameters) => {
        const url = upstreamUrl(BASE, ['Patient'], new URLSearchParams(parameters))
        expect([...url.searchParams]).toEqual(parameters)
        expect(url.href.split('?', 1)[0]).toBe(`${BASE}/Patient`)
        expect(url.search).not.toMatch(/[+|;{}\s]/)
      }),
    )
  })

  it('never leaves the base, even with segments that nobody checked', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('..', '.', '%2e%2e'))),
        (segments) => {
          try {
            const { href } = upstreamUrl(BASE, segments, new URLSearchParams())
            expect(href === BASE || href.startsWith(`${BASE}/`)).toBe(true)
          } catch (error) {
            expect(error).toMatchObject({ code: 'fhir_path_invalid' })
          }
        },
      ),
    )
  })
})

describe('upstreamInit', () => {
  const accessToken = new Secret('ehr-token')
  const sent = (request: Parameters<typeof aFhirRequest>[0], isOpaque = false) => {
    const init = upstreamInit(aFhirRequest(request), { accessToken, isOpaque, via: '1.1 us' })
    return { ...init, headers: Object.fromEntries(new Headers(init.headers)) }
  }

  it('sends the session’s token, and of the app’s header fields only those listed (FD-01, 03, 11, BC-07)', () => {
    const { headers } = sent({
      headers: {
        authorization: ['Bearer app-token'],
        cookie: ['a=b'],
        'x-forwarded-host': ['evil.example'],
        'x-forwarded-for': ['10.0.0.1'],
        forwarded: ['host=evil.example'],
        'x-http-method-override': ['DELETE'],
        'x-sallyport-session': ['s'],
        'redox-source-id': ['1'],
        'proxy-authorization': ['Basic eDp5'],
        connection: ['close, X-Secret'],
        'x-secret': ['s'],
        'keep-alive': ['timeout=5'],
        'proxy-connection': ['keep-alive'],
        te: ['trailers'],
        'transfer-encoding': ['chunked'],
        upgrade: ['h2c'],
        'content-type': ['application/json'],
        'accept-encoding': ['gzip'],
        accept: ['application/json'],
        'if-none-match': ['W/"1"'],
        prefer: ['handling=strict', 'return=minimal'],
        'x-request-id': ['r-1'],
        range: ['bytes=0-9'],
      },
    })
    expect(headers).toEqual({
      accept: 'application/fhir+json',
      'accept-encoding': 'identity',
      authorization: 'Bearer ehr-token',
      via: '1.1 us',
      'if-none-match': 'W/"1"',
      prefer: 'handling=strict, return=minimal',
      'x-request-id': 'r-1',
    })
  })

  it('asks for the content of a Binary as the app did', () => {
    const { headers } = sent(
      { headers: { accept: ['application/pdf'], range: ['bytes=0-9'] } },
      true,
    )
    expect(headers).toMatchObject({ accept: 'application/pdf', range: 'bytes=0-9' })
  })

  it('sends the form of a search as it came (FD-09)', () => {
    const body = Buffer.from('code=a%7Cb&name=%C3%A9+x')
    const contentType = 'application/x-www-form-urlencoded; charset=utf-8'
    const init = sent({ method: 'POST', headers: { 'content-type': [contentType] }, body })
    expect(init).toMatchObject({ method: 'POST', body, headers: { 'content-type': contentType } })
  })

  it('sends no body with a read', () => {
    expect(sent({ method: 'GET', body: Buffer.from('x') })).not.toHaveProperty('body')
  })
})
