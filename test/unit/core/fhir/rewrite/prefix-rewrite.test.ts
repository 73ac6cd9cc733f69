import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressMap } from '#core/fhir/ehr-addresses.ts'
import { rewriteWhole } from '#core/fhir/rewrite/rewrite-urls.ts'

const EHR = 'https://ehr.example/fhir'
const OURS = 'https://broker.example/live/fhir/R4/general/Production'

const byBytes = addressMap({
  ehrBase: EHR,
  ourBase: OURS,
  requestUrl: new URL(`${EHR}/Patient`),
  path: ['Patient'],
  seal: () => 'sealed',
})
const { link, identity, location, request } = byBytes
const byReading = { link, identity, location, request }

const written = (address: string) => Buffer.from(JSON.stringify({ entry: [{ fullUrl: address }] }))

describe('prefixRewrite', () => {
  it('says of an address what its reader says, whatever stands in it', () => {
    const address = fc
      .array(
        fc.oneof(
          fc.constantFrom(EHR, `${EHR}/`, 'HTTPS://EHR.example/fhir/', 'http://ehr.example/fhir/'),
          fc.constantFrom(
            '/',
            '//',
            '.',
            '..',
            './',
            '/../',
            '%2e%2e',
            '?',
            '#',
            '@',
            ':',
            '\\',
            ' ',
          ),
          fc.constantFrom('Patient', 'Patient/1', '_history/2', 'a.b-c_d', 'é', '\u0000', '"', 'h'),
          fc.string({ maxLength: 3 }),
        ),
        { maxLength: 6 },
      )
      .map((parts) => parts.join(''))
    const onBase = address.map((rest) => `${EHR}/${rest}`)
    fc.assert(
      fc.property(fc.oneof(address, onBase), (one) => {
        const body = written(one)
        expect(String(rewriteWhole(body, byBytes))).toBe(String(rewriteWhole(body, byReading)))
      }),
      { numRuns: 2_000 },
    )
  })

  it('does without reading what most addresses are', () => {
    const lengthOf = (address: string) => {
      const bytes = Buffer.from(address)
      return byBytes.identityPrefix?.lengthIn(bytes, 0, bytes.length)
    }
    expect(lengthOf(`${EHR}/Patient/123/_history/4`)).toBe(EHR.length + 1)
    expect(lengthOf('Patient/123')).toBe(0)
    expect(lengthOf('urn:uuid:6f0f5f3c')).toBe(0)
    expect(lengthOf(`${EHR}/Patient/../x`)).toBeUndefined()
    expect(lengthOf('https://evil.example/Patient/1')).toBeUndefined()
  })
})
