import { describe, expect, it } from 'vitest'
import { addressMap } from '#core/fhir/ehr-addresses.ts'
import { rewriteLinks } from '#core/fhir/rewrite-links.ts'

const EHR = 'https://ehr.example/fhir'
const OURS = 'https://broker.example/live/fhir/R4/general/Production'

describe('rewriteLinks', () => {
  it('puts the links, names and locations of a Bundle on our base', async () => {
    const bundle = (base: string, next: string, session: string) => ({
      resourceType: 'Bundle',
      type: 'searchset',
      link: [
        { relation: 'self', url: `${base}/Patient?name=x${session}` },
        { relation: 'next', url: `${base}/Patient?${next}${session}` },
      ],
      entry: [
        {
          fullUrl: `${base}/Patient/1`,
          resource: {
            resourceType: 'Patient',
            id: '1',
            identifier: [{ system: `${EHR}/ids`, value: '7' }],
            photo: [{ url: `${EHR}/Binary/1` }],
          },
          response: { status: '200', location: `${base}/Patient/1/_history/1` },
        },
        {
          resource: {
            resourceType: 'Bundle',
            link: [{ relation: 'self', url: `${EHR}/Bundle/2` }],
          },
        },
      ],
    })
    expect(JSON.parse(await through(JSON.stringify(bundle(EHR, 'page=2', ''))))).toEqual(
      bundle(OURS, '_sallyport_page=sealed', '&_redox_session=abc'),
    )
  })

  it.each([
    { resourceType: 'Patient', link: [{ url: `${EHR}/Patient/1` }] },
    { resourceType: 'List', entry: [{ fullUrl: `${EHR}/Patient/1` }] },
    { resourceType: 'Bundle', type: 'document', link: [{ url: `${EHR}/Patient/1` }] },
    { resourceType: 'Bundle', type: 'message', entry: [{ fullUrl: `${EHR}/Patient/1` }] },
    { resourceType: 'Bundle', type: 'collection', entry: [{ fullUrl: `${EHR}/Patient/1` }] },
  ])('leaves every byte of %j', async (body) => {
    const text = JSON.stringify(body, undefined, 3)
    expect(await through(text)).toBe(text)
  })

  it('tells no link in clear that has not said before that it is self', async () => {
    const link = [
      { url: `${EHR}/Patient?state=secret`, relation: 'next' },
      { relation: 'self', url: `${EHR}/Patient?name=x` },
      { url: `${EHR}/Patient?state=secret`, relation: 'previous' },
    ]
    const text = await through(JSON.stringify({ resourceType: 'Bundle', link }))
    expect(text).not.toContain('secret')
    expect(text).toContain(`${OURS}/Patient?name=x`)
  })

  it('rewrites the link that comes before the body has said what it is', async () => {
    const url = 'https://evil.example/Patient?page=2'
    const text = JSON.stringify({ link: [{ relation: 'next', url }], resourceType: 'Bundle' })
    expect(await through(text)).not.toContain('evil.example')
  })
})

async function through(text: string): Promise<string> {
  const map = addressMap({
    ehrBase: EHR,
    ourBase: OURS,
    requestUrl: new URL(`${EHR}/Patient?name=x`),
    path: ['Patient'],
    seal: () => 'sealed',
    sessionInQuery: 'abc',
  })
  const stream = ReadableStream.from([Buffer.from(text)]).pipeThrough(rewriteLinks(map))
  return new Response(stream).text()
}
