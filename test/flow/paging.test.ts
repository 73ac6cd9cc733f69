import type { ServerResponse } from 'node:http'
import { afterAll, describe, expect, it } from 'vitest'
import { plainBrowser } from '../support/browser.ts'
import type { FhirRequestSeen } from '../support/fake-ehr.ts'
import { givenBroker } from './given-broker.ts'

const OBSERVATIONS = 5
const PAGE = 2

/** Pages as HAPI does: by an offset on the FHIR base, which is the EHR's own address. */
function pagedEhr({ url, headers }: FhirRequestSeen, response: ServerResponse): void {
  const base = `http://${headers.host}/fhir`
  const offset = Number(new URL(url, base).searchParams.get('_getpagesoffset') ?? 0)
  const link = (relation: string, at: number) => ({
    relation,
    url: `${base}?_getpages=abc&_getpagesoffset=${at}`,
  })
  const ids = Array.from({ length: OBSERVATIONS }, (_, index) => `obs-${index}`)
  const entry = ids.slice(offset, offset + PAGE).map((id) => ({
    fullUrl: `${base}/Observation/${id}`,
    resource: {
      resourceType: 'Observation',
      id,
      note: [{ text: `see ${base}/Observation/${id}` }],
    },
  }))
  const isLast = offset + PAGE >= OBSERVATIONS
  const bundle = {
    resourceType: 'Bundle',
    type: 'searchset',
    total: OBSERVATIONS,
    link: [link('self', offset), ...(isLast ? [] : [link('next', offset + PAGE)])],
    entry,
  }
  response.writeHead(200, { 'content-type': 'application/fhir+json' }).end(JSON.stringify(bundle))
}

interface Bundle {
  readonly link: readonly { readonly relation: string; readonly url: string }[]
  readonly entry: readonly {
    readonly fullUrl: string
    readonly resource: { readonly id: string; readonly note: readonly { readonly text: string }[] }
  }[]
}

const broker = await givenBroker({ ehr: { fhir: pagedEhr } })
afterAll(() => broker.close())

describe('the pages of a search through the door', () => {
  it('are all there by their links, which stay on the type’s path with the session they came with (FD-22, FD-23)', async () => {
    const { message } = await broker.signOn(plainBrowser())
    const session = message.body.Meta.SessionID
    const authorization = await broker.appToken()
    const read = async (url: string) => {
      const answer = await fetch(url, { headers: { authorization } })
      return (await answer.json()) as Bundle
    }

    const bundles: Bundle[] = []
    let next: string | undefined = `${broker.fhirBase}/Observation?_redox_session=${session}`
    while (next !== undefined && bundles.length < 10) {
      const bundle: Bundle = await read(next)
      bundles.push(bundle)
      next = bundle.link.find(({ relation }) => relation === 'next')?.url
    }

    const entries = bundles.flatMap(({ entry }) => entry)
    expect(entries.map(({ resource }) => resource.id)).toEqual(
      Array.from({ length: OBSERVATIONS }, (_, index) => `obs-${index}`),
    )
    for (const { url } of bundles.flatMap(({ link }) => link)) {
      expect(url.startsWith(`${broker.fhirBase}/Observation?`)).toBe(true)
      expect(new URL(url).searchParams.getAll('_redox_session')).toEqual([session])
    }
    expect(JSON.stringify(bundles.map(({ link }) => link))).not.toContain('_getpages')
    for (const { fullUrl, resource } of entries) {
      expect(fullUrl).toBe(`${broker.fhirBase}/Observation/${resource.id}`)
      expect(resource.note[0]?.text).toContain(broker.ehr.fhirBaseUrl)
    }
    for (const { url } of broker.ehr.fhirRequests) expect(url).not.toContain('_redox_session')
  })
})
