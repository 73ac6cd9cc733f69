import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeSegments, parseFhirPath } from '#core/fhir/fhir-path.ts'

const BASE = '/fhir/R4/general/Production'

describe('parseFhirPath', () => {
  it.each([
    [BASE, []],
    [`${BASE}/`, []],
    [`${BASE}/Patient`, ['Patient']],
    [`${BASE}/Patient/`, ['Patient']],
    [`${BASE}/Patient/123`, ['Patient', '123']],
    [`${BASE}/Patient/a.b-c_d~e`, ['Patient', 'a.b-c_d~e']],
    [`${BASE}/Patient/...`, ['Patient', '...']],
    [`${BASE}/Patient/%24everything`, ['Patient', '$everything']],
    [`${BASE}/Patient/$everything`, ['Patient', '$everything']],
    [`${BASE}/%50atient/_search`, ['Patient', '_search']],
  ])('takes %s apart', (path, segments) => {
    expect(parseFhirPath(path)).toEqual({
      version: 'R4',
      organization: 'general',
      environment: 'Production',
      segments,
    })
  })

  it.each([
    ['parent', '/..'],
    ['parent within', '/Patient/../admin'],
    ['current', '/./Patient'],
    ['encoded parent', '/%2e%2e/admin'],
    ['half-encoded parent', '/.%2E/admin'],
    ['parent encoded twice', '/%252e%252e/admin'],
    ['parent encoded three times', '/%25252e%25252e'],
    ['encoded slash', '/Patient%2F123'],
    ['encoded slash in lower case', '/Patient/..%2f..%2fadmin'],
    ['empty segment', '//Patient'],
    ['empty segment at the end', '/Patient//'],
    ['backslash', '/Patient\\..\\admin'],
    ['encoded backslash', '/Patient%5C..'],
    ['path parameter', '/Patient;jsessionid=1'],
    ['encoded path parameter', '/..%3B/admin'],
    ['userinfo', '/@evil.example'],
    ['encoded userinfo', '/%40evil.example'],
    ['question mark', '/Patient%3F_id=1'],
    ['fragment', '/Patient%23x'],
    ['line break', '/Patient%0d%0aHost:%20evil.example'],
    ['null', '/Patient%00'],
    ['delete', '/Patient%7f'],
    ['space', '/Patient%20'],
    ['plus', '/Patient/a+b'],
    ['bytes that are not UTF-8', '/Patient/%ff%fe'],
    ['overlong UTF-8', '/%c0%ae%c0%ae/admin'],
    ['half an escape', '/Patient/%2'],
    ['escape of no hex', '/Patient/%zz'],
    ['full-width dots', '/%ef%bc%8e%ef%bc%8e/admin'],
    ['letters beyond ASCII', '/Pati\u00ebnt'],
    ['a segment without end', `/${'a'.repeat(257)}`],
  ])('refuses %s', (_, rest) => {
    expect(() => parseFhirPath(BASE + rest)).toThrow(
      expect.objectContaining({ code: 'fhir_path_invalid' }),
    )
  })

  it.each([
    ['another door', '/launch/R4/general/Production'],
    ['no environment', '/fhir/R4/general'],
    ['nothing', ''],
    ['no version we know', '/fhir/R6/general/Production'],
    ['a version in lower case', '/fhir/r4/general/Production'],
    ['a property of objects as version', '/fhir/constructor/general/Production'],
    ['the stage before it', '/live/fhir/R4/general/Production'],
  ])('does not know %s', (_, path) => {
    expect(() => parseFhirPath(path)).toThrow(
      expect.objectContaining({ code: 'fhir_path_unknown' }),
    )
  })

  it('answers nothing that leaves the base, whatever the path', () => {
    const piece = fc.oneof(
      fc.constantFrom('..', '.', '%2e', '%252e', '%2f', '/', '//', '\\', '%5c', ';', '@', '%00'),
      fc.constantFrom('Patient', '_search', '$x', '%24', '%', '?', '#', '\u0000', '\ud800', 'é'),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const rest = pieces.join('')
        const before = `https://ehr.example/fhir`
        try {
          const { segments } = parseFhirPath(`${BASE}/${rest}`)
          const url = new URL(before + encodeSegments(segments))
          expect(url.href.startsWith(before)).toBe(true)
          expect(url.search + url.hash + url.username).toBe('')
          expect(url.pathname.split('/').slice(2).map(decodeURIComponent)).toEqual(segments)
        } catch (error) {
          expect(error).toMatchObject({ name: 'BrokerError', code: 'fhir_path_invalid' })
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('encodeSegments', () => {
  it('is what parseFhirPath takes apart again', () => {
    const segment = fc.stringMatching(/^[A-Za-z0-9\-._~$*|:=]{1,20}$/)
    fc.assert(
      fc.property(fc.array(segment.filter((text) => text !== '.' && text !== '..')), (segments) => {
        expect(parseFhirPath(BASE + encodeSegments(segments)).segments).toEqual(segments)
      }),
    )
  })
})
