import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AddressesOfEhr,
  addressMap,
  pageUrl,
  publicFhirBase,
} from '#core/fhir/ehr-addresses.ts'

const OURS = 'https://broker.example/live/fhir/R4/general/Production'
const BASE = 'https://ehr.example/fhir/r4'
const PAGE = `${OURS}/Patient?_sallyport_page=`

/** A map whose pages stand in their links as they are, so that a test sees where they lead. */
const setup = (options: Partial<AddressesOfEhr> = {}) =>
  addressMap({
    ehrBase: BASE,
    ourBase: OURS,
    requestUrl: new URL(`${BASE}/Patient?name=x`),
    path: ['Patient'],
    seal: (target) => `<${target}>`,
    ...options,
  })

describe('addressMap', () => {
  describe('link', () => {
    it.each([
      ['below the base', 'https://ehr.example/fhir/r4/Patient?page=2', '/Patient?page=2'],
      ['the base with a query', 'https://ehr.example/fhir/r4?_getpages=a', '?_getpages=a'],
      ['the base with a slash', 'https://ehr.example/fhir/r4/?_getpages=a', '/?_getpages=a'],
      ['host in capitals', 'HTTPS://EHR.EXAMPLE/fhir/r4/Patient', '/Patient'],
      ['default port', 'https://ehr.example:443/fhir/r4/Patient', '/Patient'],
      ['http for https', 'http://ehr.example/fhir/r4/Patient', '/Patient'],
      ['userinfo', 'https://user:pw@ehr.example/fhir/r4/Patient', '/Patient'],
      ['relative to the host', '/fhir/r4/Patient?page=2', '/Patient?page=2'],
      ['relative to the base', 'Patient?page=2', '/Patient?page=2'],
      ['a query alone', '?page=2', '/Patient?page=2'],
      ['relative to the scheme', '//ehr.example/fhir/r4/Patient', '/Patient'],
      ['a fragment', 'https://ehr.example/fhir/r4/Patient?a=1#x', '/Patient?a=1'],
      ['escapes', 'Patient?code=a%7Cb%2Cc+d', '/Patient?code=a%7Cb%2Cc+d'],
      ['what API Gateway refuses', 'Patient?code=a|{b};c', '/Patient?code=a|{b};c'],
    ])('puts a page on the path that was searched, as it is (FD-21): %s', (_, url, target) => {
      expect(setup().link(url, 'next', 0)).toBe(`${PAGE}<${target}>`)
    })

    it.each([
      ['another host', 'https://evil.example/fhir/r4/Patient'],
      ['another host without scheme', '//evil.example/fhir/r4/Patient'],
      ['another host by backslashes', '\\\\evil.example\\fhir\\r4'],
      ['another port', 'https://ehr.example:8443/fhir/r4/Patient'],
      ['a host that begins alike', 'https://ehr.example.evil.example/fhir/r4/Patient'],
      ['our host as userinfo', 'https://ehr.example@evil.example/fhir/r4/Patient'],
      ['a path that begins alike', 'https://ehr.example/fhir/r4-admin/Patient'],
      ['a path beside the base', 'https://ehr.example/other'],
      ['a path that climbs out', 'https://ehr.example/fhir/r4/../admin'],
      ['a path that climbs out in escapes', 'https://ehr.example/fhir/r4/%2e%2e/admin'],
      ['relative, climbing out', '../../admin'],
      ['script', 'javascript:alert(1)'],
      ['urn', 'urn:uuid:6f0f5f3c-0a4c-4ad0-9a3c-6d1a54c1c002'],
      ['what is no address', 'https://['],
    ])('leads nowhere, on our own base (CL-05): %s', (_, url) => {
      for (const relation of ['next', 'self', undefined]) {
        expect(setup().link(url, relation, 0)).toBe(`${PAGE}refused`)
      }
    })

    it('tells the search itself in clear, unless it was one of a page', () => {
      const self = `${BASE}/Patient?name=a|b`
      expect(setup().link(self, 'self', 0)).toBe(`${OURS}/Patient?name=a%7Cb`)
      expect(setup().link(`${BASE}?_getpages=a`, 'self', 0)).toBe(`${PAGE}<?_getpages=a>`)
      expect(setup({ isPage: true }).link(self, 'self', 0)).toBe(`${PAGE}</Patient?name=a|b>`)
    })

    it('pages from another host that is registered for it, by the scheme of the base', () => {
      const { link } = setup({ pagingHosts: ['pages.example', 'pages.example:8443'] })
      expect(link('https://pages.example/p?a=1', 'next', 0)).toBe(
        `${PAGE}<https://pages.example/p?a=1>`,
      )
      expect(link('http://PAGES.example/p', 'next', 0)).toBe(`${PAGE}<https://pages.example/p>`)
      expect(link('https://pages.example:8443/p', 'next', 0)).toBe(
        `${PAGE}<https://pages.example:8443/p>`,
      )
      expect(link('https://pages.example:9/p', 'next', 0)).toBe(`${PAGE}refused`)
      expect(link('ftp://pages.example/p', 'next', 0)).toBe(`${PAGE}refused`)
    })

    it('adds the session that the request had in its query, to a refused link too (FD-22)', () => {
      const { link } = setup({ sessionInQuery: 'abc' })
      expect(link('Patient?page=2', 'next', 0)).toBe(`${PAGE}</Patient?page=2>&_redox_session=abc`)
      expect(link('Patient', 'self', 0)).toBe(`${OURS}/Patient?_redox_session=abc`)
      expect(link('https://evil.example/', 'next', 0)).toBe(`${PAGE}refused&_redox_session=abc`)
    })

    it('is of an address that needs no parser what it is of one that does', () => {
      const rest = fc
        .array(
          fc.oneof(
            fc.constantFrom(
              '/',
              '//',
              '.',
              '..',
              '?',
              '#',
              '%2e',
              '%',
              '&',
              '=',
              '\\',
              "'",
              '|',
              ' ',
            ),
            fc.constantFrom('Patient', '_history', 'a=b', '\t', 'é'),
            fc.string({ maxLength: 2 }),
          ),
          { maxLength: 6 },
        )
        .map((parts) => parts.join(''))
      const { link } = setup()
      const base = 'ehr.example/fhir/r4'
      fc.assert(
        fc.property(rest, fc.constantFrom('self', 'next'), (one, relation) => {
          const plain = link(`https://${base}${one}`, relation, 0)
          expect(plain).toBe(link(`HTTPS://${base}${one}`, relation, 0))
        }),
        {
          numRuns: 500,
          examples: [
            ['/Patient?a=b', 'next'],
            ['?', 'next'],
            ['/', 'next'],
          ],
        },
      )
    })

    it('begins with our base, whatever the EHR writes (CL-04)', () => {
      const hostile = fc.oneof(
        fc.webUrl({ withQueryParameters: true }),
        fc.string(),
        fc.string().map((rest) => `https://ehr.example/fhir/r4${rest}`),
      )
      const { link } = setup({ seal: (target) => Buffer.from(target).toString('base64url') })
      fc.assert(
        fc.property(hostile, fc.constantFrom('self', 'next', undefined), (url, relation) => {
          const ours = new URL(link(url, relation, 0))
          expect(ours.origin).toBe('https://broker.example')
          expect(ours.href.slice(OURS.length)).toMatch(/^(?:$|[/?])/)
          expect(ours.href.startsWith(OURS)).toBe(true)
        }),
        { numRuns: 1_000 },
      )
    })
  })

  describe('identity', () => {
    it.each([
      ['https://ehr.example/fhir/r4/Patient/1', `${OURS}/Patient/1`],
      ['https://elsewhere.example/fhir/Patient/1', 'https://elsewhere.example/fhir/Patient/1'],
      [
        'urn:uuid:6f0f5f3c-0a4c-4ad0-9a3c-6d1a54c1c002',
        'urn:uuid:6f0f5f3c-0a4c-4ad0-9a3c-6d1a54c1c002',
      ],
      ['Patient/1', 'Patient/1'],
      ['', ''],
    ])('makes of %s %s, and adds no session', (url, expected) => {
      expect(setup({ sessionInQuery: 'abc' }).identity(url)).toBe(expected)
    })
  })

  describe('location', () => {
    it.each([
      ['https://ehr.example/fhir/r4/Patient/1/_history/2', `${OURS}/Patient/1/_history/2`],
      ['/fhir/r4/Patient/1', `${OURS}/Patient/1`],
      ['Patient/1/_history/2', 'Patient/1/_history/2'],
      ['https://evil.example/Patient/1', `${OURS}?_sallyport_page=refused`],
      ['//evil.example/Patient/1', `${OURS}?_sallyport_page=refused`],
      [' https://evil.example/Patient/1', `${OURS}?_sallyport_page=refused`],
    ])('makes of %s in a Bundle %s, and adds no session', (url, expected) => {
      expect(setup({ sessionInQuery: 'abc' }).location(url)).toBe(expected)
    })

    it.each([
      ['https://ehr.example/fhir/r4/Patient/1/_history/2', `${OURS}/Patient/1/_history/2`],
      ['Patient/1', `${OURS}/Patient/1`],
      ['https://evil.example/Patient/1', undefined],
    ])('makes of %s in a header %s, without the session (FD-20)', (url, expected) => {
      expect(setup({ sessionInQuery: 'abc' }).locationHeader(url)).toBe(expected)
    })
  })

  it.each(['https://ehr.example', 'https://ehr.example/'])('takes %s as a base', (ehrBase) => {
    const { link } = setup({ ehrBase })
    expect(link('https://ehr.example/Patient?page=2', 'next', 0)).toBe(`${PAGE}</Patient?page=2>`)
    expect(link('https://evil.example/Patient', 'next', 0)).toBe(`${PAGE}refused`)
  })
})

describe('pageUrl', () => {
  it.each([
    ['/Patient?page=2', `${BASE}/Patient?page=2`],
    ['?_getpages=a', `${BASE}?_getpages=a`],
    ['/?_getpages=a', `${BASE}/?_getpages=a`],
    ['https://pages.example/p?a=1', 'https://pages.example/p?a=1'],
  ])('finds %s', (target, expected) => {
    expect(pageUrl(target, BASE, ['pages.example'])?.href).toBe(expected)
  })

  it.each([
    'https://pages.example/p',
    'https://ehr.example/other',
    '/../../admin',
    '/%2e%2e/admin',
    '@evil.example/',
    '.evil.example/',
    '//evil.example/',
    'javascript:alert(1)',
    'no address',
  ])('does not find %s, when no host is registered for pages', (target) => {
    const url = pageUrl(target, BASE)
    expect(url === undefined || url.href.startsWith(`${BASE}//evil`)).toBe(true)
  })
})

describe('publicFhirBase', () => {
  it('is the path of the request on our public address', () => {
    const path = { version: 'R4', organization: 'general', environment: 'Production', segments: [] }
    expect(publicFhirBase('https://broker.example/live', path)).toBe(OURS)
  })
})
