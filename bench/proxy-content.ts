/** So many requests, so many at once. */
export interface LoadOrder {
  readonly origin: string
  readonly path: string
  readonly atOnce: number
  readonly requests: number
}

export interface LoadResult {
  readonly perSecond: number
  readonly p50Ms: number
}

/** About 2 kB, as patients are. */
export function patient(base: string, index: number): string {
  return JSON.stringify({
    resourceType: 'Patient',
    id: `p-${index}`,
    text: { status: 'generated', div: `<div>${'x'.repeat(1_400)}</div>` },
    identifier: [{ system: 'http://hospital.example/ids', value: String(index) }],
    name: [{ family: 'Okonkwo', given: ['Adaeze', 'Ruth'] }],
    generalPractitioner: [{ reference: 'Practitioner/1' }],
    managingOrganization: {
      reference: index === 0 ? 'Organization/1' : `${base}/Organization/1`,
    },
  })
}

/** The first page of a search, with so many entries on it. */
export function bundle(base: string, entries: number): string {
  const all = Array.from(
    { length: entries },
    (_, index) => `{"fullUrl":"${base}/Patient/p-${index}","resource":${patient(base, index + 1)}}`,
  )
  return `{"resourceType":"Bundle","type":"searchset","link":[{"relation":"next","url":"${base}?_getpages=1"}],"entry":[${all.join(',')}]}`
}
