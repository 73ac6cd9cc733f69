import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { addressMap } from '#core/fhir/ehr-addresses.ts'
import { rewriteUrls, rewriteWhole } from '#core/fhir/rewrite/rewrite-urls.ts'
import { ATTACHMENTS, OTHER_REFERENCES } from '#core/fhir/rewrite/url-positions.ts'
import { readDefinitions } from '#sandbox/ehr/fhir/r4/read-definitions.ts'

const EHR = 'https://ehr.example/fhir'
const OURS = 'https://broker.example/live/fhir/R4/general/Production'

const map = addressMap({
  ehrBase: EHR,
  ourBase: OURS,
  requestUrl: new URL(`${EHR}/Patient?name=x`),
  path: ['Patient'],
  seal: () => 'sealed',
  sessionInQuery: 'abc',
})
const through = (text: string) => Buffer.from(rewriteWhole(Buffer.from(text), map)).toString()

describe('rewriteUrls', () => {
  it('puts links, names, locations, references and attachments on our base (FD-25, 26, CL-08)', () => {
    const bundle = (base: string, next: string, session: string) => ({
      resourceType: 'Bundle',
      type: 'searchset',
      link: [
        { relation: 'self', url: `${base}/Patient?name=x${session}` },
        { relation: 'next', url: `${base}/Patient?${next}${session}` },
      ],
      entry: [
        {
          link: [{ relation: 'alternate', url: `${base}/Patient?${next}${session}` }],
          fullUrl: `${base}/Patient/1`,
          resource: {
            resourceType: 'Patient',
            id: '1',
            meta: { profile: [`${EHR}/StructureDefinition/p`], source: `${EHR}/s` },
            text: { status: 'generated', div: `<div><a href="${EHR}/Patient/1">me</a></div>` },
            extension: [
              { url: `${EHR}/StructureDefinition/e`, valueReference: { reference: `${base}/A/1` } },
              { url: `${EHR}/StructureDefinition/f`, valueUri: `${EHR}/Patient/1` },
              { url: `${EHR}/x`, valueAttachment: { url: `${base}/Binary/2`, title: `${EHR}/x` } },
            ],
            identifier: [{ system: `${EHR}/ids`, value: `${EHR}/Patient/1` }],
            photo: [{ contentType: 'image/png', url: `${base}/Binary/1` }],
            managingOrganization: { reference: `${base}/Organization/1`, display: `${EHR}/x` },
            generalPractitioner: [{ reference: 'Practitioner/1' }, { reference: '#a' }],
            contained: [
              { resourceType: 'Patient', link: [{ other: { reference: `${base}/P/2` } }] },
            ],
          },
          request: { method: 'GET', url: `${base}/Patient/1` },
          response: {
            status: '200',
            location: `${base}/Patient/1/_history/1`,
            outcome: { resourceType: 'OperationOutcome', issue: [{ diagnostics: `${EHR}/x` }] },
          },
        },
        {
          fullUrl: 'urn:uuid:6f0f5f3c-0a4c-4ad0-9a3c-6d1a54c1c002',
          resource: {
            resourceType: 'List',
            entry: [{ item: { reference: `${base}/Patient/1` }, fullUrl: `${EHR}/Patient/1` }],
          },
        },
        {
          resource: {
            resourceType: 'Bundle',
            type: 'searchset',
            link: [{ relation: 'next', url: `${base}/Patient?${next}${session}` }],
            entry: [{ fullUrl: `${base}/Patient/3` }],
          },
        },
        {
          resource: {
            resourceType: 'Parameters',
            parameter: [
              { resource: { resourceType: 'Bundle', entry: [{ fullUrl: `${base}/Patient/4` }] } },
            ],
          },
        },
        {
          resource: {
            resourceType: 'DocumentReference',
            content: [{ attachment: { url: `${base}/Binary/3` }, format: { system: `${EHR}/f` } }],
          },
        },
        { resource: { resourceType: 'Binary', contentType: 'text/uri', data: `${EHR}/Patient/1` } },
        { resource: { resourceType: 'ValueSet', url: `${EHR}/ValueSet/1` } },
        {
          resource: {
            resourceType: 'PlanDefinition',
            action: [{ condition: [{ expression: { reference: `${EHR}/Library/1` } }] }],
          },
        },
      ],
    })
    const expected = bundle(OURS, '_sallyport_page=sealed', '&_redox_session=abc')
    // The inner links say no relation or another one: their pages are sealed as well.
    expect(JSON.parse(through(JSON.stringify(bundle(EHR, 'page=2', ''))))).toEqual(expected)
  })

  it.each([
    { resourceType: 'Patient', link: [{ url: `${EHR}/Patient/1` }] },
    { resourceType: 'Bundle', type: 'document', link: [{ url: `${EHR}/Patient/1` }] },
    { resourceType: 'Bundle', type: 'message', entry: [{ fullUrl: `${EHR}/Patient/1` }] },
    {
      resourceType: 'Bundle',
      type: 'collection',
      entry: [{ resource: { resourceType: 'Basic', subject: { reference: `${EHR}/Patient/1` } } }],
    },
    { resourceType: 'Bundle', signature: {}, entry: [{ fullUrl: `${EHR}/Patient/1` }] },
    {
      resourceType: 'Provenance',
      target: [{ reference: `${EHR}/Patient/1` }],
      signature: [{ who: { reference: `${EHR}/Patient/1` } }],
    },
    {
      resourceType: 'Bundle',
      type: 'searchset',
      entry: [
        {
          resource: {
            resourceType: 'Bundle',
            type: 'document',
            entry: [{ fullUrl: `${EHR}/A/1`, resource: { subject: { reference: `${EHR}/A/1` } } }],
          },
        },
      ],
    },
    { resourceType: 'DetectedIssue', reference: `${EHR}/x` },
    { resourceType: 'StructureDefinition', url: `${EHR}/StructureDefinition/1` },
  ])('leaves every byte of %j (FD-27)', (body) => {
    const text = JSON.stringify(body, undefined, 3)
    expect(through(text)).toBe(text)
  })

  it('cuts off a Bundle that turns out to be signed after it was changed', () => {
    const text = JSON.stringify({
      resourceType: 'Bundle',
      entry: [{ fullUrl: `${EHR}/Patient/1` }],
      signature: {},
    })
    expect(() => through(text)).toThrow(
      expect.objectContaining({ detail: { reason: 'signed_late' } }),
    )
  })

  it('tells no link in clear that has not said before that it is self', () => {
    const link = [
      { url: `${EHR}/Patient?state=secret`, relation: 'next' },
      { relation: 'self' },
      { url: `${EHR}/Patient?state=secret` },
      { relation: 'self', url: `${EHR}/Patient?name=x` },
      { url: `${EHR}/Patient?state=secret`, relation: 'previous' },
    ]
    const text = through(JSON.stringify({ resourceType: 'Bundle', link }))
    expect(text).not.toContain('secret')
    expect(text).toContain(`${OURS}/Patient?name=x`)
  })

  it('rewrites the link that comes before the body has said what it is', () => {
    const url = 'https://evil.example/Patient?page=2'
    const text = JSON.stringify({ link: [{ relation: 'next', url }], resourceType: 'Bundle' })
    expect(through(text)).not.toContain('evil.example')
  })

  describe.each(['dstu2', 'stu3', 'r4'])('of a %s record that a package ships', (version) => {
    const folder = new URL(
      `../../../../../node_modules/cql-exec-fhir/test/fixtures/${version}/`,
      import.meta.url,
    )
    const records = readdirSync(folder).filter((file) => /_.*-/.test(file))

    it.each(records)('changes the URL positions of %s, and no other byte', async (file) => {
      const record = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
      const asServedAt = (base: string) => JSON.stringify(served(record, base), undefined, 1)
      const atEhr = asServedAt(EHR)
      const chunks = ReadableStream.from(cut(Buffer.from(atEhr), 4_099))
      const output: Uint8Array[] = []
      for await (const chunk of rewriteUrls(chunks, map)) output.push(chunk)
      const result = Buffer.concat(output).toString()
      expect(result).toBe(asServedAt(OURS))
      expect(result).not.toBe(atEhr)
      expect(result).toContain(`"${EHR}/identifiers"`)
    })
  })

  it('knows each Attachment of R4, and each reference that is none', () => {
    const elements = readDefinitions().structures.flatMap(({ snapshot }) => snapshot?.element ?? [])
    const named = (path: string) => path.split('.').at(-1)?.replace('[x]', 'Attachment') ?? ''
    const attachments = elements
      .filter(
        ({ path, type }) => path.includes('.') && type?.some(({ code }) => code === 'Attachment'),
      )
      .map(({ path }) => named(path))
    expect(new Set(ATTACHMENTS)).toEqual(new Set(attachments))

    const others = elements
      .filter(({ path, type }) => /^\w+\.\w+\.reference$/.test(path) && type?.[0]?.code === 'uri')
      .map(({ path }) => path.split('.').at(-2) ?? '')
    for (const name of others) expect(OTHER_REFERENCES).toContain(name)
  })
})

interface Entry {
  readonly fullUrl?: string
  readonly resource: { readonly resourceType: string; readonly id: string }
}

/** A record as a search's answer of a server at this base; the EHR's own base is in text as well. */
function served({ entry }: { readonly entry: readonly Entry[] }, base: string) {
  const addresses = new Map(
    entry.map(({ fullUrl, resource }) => [
      fullUrl ?? '',
      `${base}/${resource.resourceType}/${resource.id ?? fullUrl?.slice('urn:uuid:'.length)}`,
    ]),
  )
  const placed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(placed)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [
        name,
        name === 'reference' && typeof member === 'string'
          ? (addresses.get(member) ?? member)
          : placed(member),
      ]),
    )
  }
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    entry: entry.map(({ fullUrl, resource }) => ({
      fullUrl: addresses.get(fullUrl ?? '') ?? '',
      resource: {
        ...(placed(resource) as object),
        identifier: [{ system: `${EHR}/identifiers`, value: `${EHR}/Patient/1` }],
        note: [{ text: `see ${EHR}/Patient/1` }],
      },
    })),
  }
}

function* cut(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
