import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { safeUrl } from '#client/index.ts'

const TEXT = fc.string({ unit: 'grapheme' })

describe('safeUrl', () => {
  it('encodes what API Gateway refuses or splits at, and only that', () => {
    const url = safeUrl(
      'https://broker.example/fhir/Observation?code=http://loinc.org|8867-4&a={b}&c=d;e&f=g%7Ch+i',
    )

    expect(url.href).toBe(
      'https://broker.example/fhir/Observation?code=http://loinc.org%7C8867-4&a=%7Bb%7D&c=d%3Be&f=g%7Ch+i',
    )
  })

  it('leaves none of them raw, and changes no parameter', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(TEXT, TEXT), { maxLength: 5 }), (pairs) => {
        const raw = pairs.map(([name, value]) => `${part(name)}=${part(value)}`).join('&')
        const safe = safeUrl(`https://broker.example/fhir?${raw}`)

        expect(safe.search).not.toMatch(/[|{};]/)
        expect([...safe.searchParams]).toEqual([
          ...new URL(`https://broker.example/fhir?${raw}`).searchParams,
        ])
      }),
    )
  })
})

/** As a person writes it: encoded but for the four. */
function part(text: string): string {
  return encodeURIComponent(text).replace(/%7[BCD]|%3B/g, decodeURIComponent)
}
