import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AddressesOfEhr, addressMap, publicFhirBase } from '#core/fhir/ehr-addresses.ts'

const OURS = 'https://broker.example/live/fhir/R4/general/Production'
const REFUSED = `${OURS}?_sallyport_page=refused`

const setup = (options: Partial<AddressesOfEhr> = {}) =>
  addressMap({ ehrBase: 'https://ehr.example/fhir/r4', ourBase: OURS, ...options })

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
      ['relative to the scheme', '//ehr.example/fhir/r4/Patient', '/Patient'],
      ['a fragment', 'https://ehr.example/fhir/r4/Patient?a=1#x', '/Patient?a=1'],
      ['escapes', 'Patient?code=a%7Cb%2Cc+d', '/Patient?code=a%7Cb%2Cc+d'],
      ['what API Gateway refuses', 'Patient?code=a|{b};c', '/Patient?code=a%7C%7Bb%7D%3Bc'],
    ])('puts an address on our base: %s', (_, url, expected) => {
      expect(setup().link(url)).toBe(OURS + expected)
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
    ])('refuses, on our own base: %s', (_, url) => {
      expect(setup().link(url)).toBe(REFUSED)
    })

    it('adds the session that the request had in its query, to a refused link too', () => {
      const { link } = setup({ sessionInQuery: 'abc' })
      expect(link('Patient?page=2')).toBe(`${OURS}/Patient?page=2&_redox_session=abc`)
      expect(link('Patient')).toBe(`${OURS}/Patient?_redox_session=abc`)
      expect(link('https://evil.example/')).toBe(`${REFUSED}&_redox_session=abc`)
    })

    it('begins with our base, whatever the EHR writes', () => {
      const hostile = fc.oneof(
        fc.webUrl({ withQueryParameters: true }),
        fc.string(),
        fc.string().map((rest) => `https://ehr.example/fhir/r4${rest}`),
      )
      const { link } = setup()
      fc.assert(
        fc.property(hostile, (url) => {
          const ours = new URL(link(url))
          expect(ours.origin).toBe('https://broker.example')
          expect(ours.href.slice(OURS.length)).toMatch(/^(?:$|[/?])/)
          expect(ours.href.startsWith(OURS)).toBe(true)
        }),
        { numRuns: 2_000 },
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
      ['https://evil.example/Patient/1', REFUSED],
      ['//evil.example/Patient/1', REFUSED],
      [' https://evil.example/Patient/1', REFUSED],
    ])('makes of %s in a Bundle %s, and adds no session', (url, expected) => {
      expect(setup({ sessionInQuery: 'abc' }).location(url)).toBe(expected)
    })

    it.each([
      ['https://ehr.example/fhir/r4/Patient/1/_history/2', `${OURS}/Patient/1/_history/2`],
      ['Patient/1', `${OURS}/Patient/1`],
      ['https://evil.example/Patient/1', undefined],
    ])('makes of %s in a header %s', (url, expected) => {
      expect(setup({ sessionInQuery: 'abc' }).locationHeader(url)).toBe(expected)
    })
  })

  it.each(['https://ehr.example', 'https://ehr.example/'])('takes %s as a base', (ehrBase) => {
    const { link } = setup({ ehrBase })
    expect(link('https://ehr.example/Patient?page=2')).toBe(`${OURS}/Patient?page=2`)
    expect(link('https://evil.example/Patient')).toBe(REFUSED)
  })
})

describe('publicFhirBase', () => {
  it('is the path of the request on our public address', () => {
    const path = { version: 'R4', organization: 'general', environment: 'Production', segments: [] }
    expect(publicFhirBase('https://broker.example/live', path)).toBe(OURS)
  })
})
