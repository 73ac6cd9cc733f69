import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { syntheaRecords } from '../test/support/fhir-records.ts'

type Resource = Readonly<Record<string, unknown>>

/** What an EHR takes at least for a search, and for each resource that it answers. */
const SEARCH_MS = 50
const RESOURCE_MS = 0.2

/** Of a record, beside the patient and who treats that one. */
const SEARCHED = new Set([
  'Observation',
  'Immunization',
  'Encounter',
  'Procedure',
  'Condition',
  'MedicationRequest',
  'CarePlan',
  'DiagnosticReport',
])

/**
 * An EHR in a thread of its own: one of Synthea's patients, whose resources are repeated under other
 * ids until there are as many as asked for. It takes its time for each search, unless told not to.
 */
const { count, takesTime } = workerData as { readonly count: number; readonly takesTime: boolean }
const [record] = syntheaRecords()
if (!record) throw new Error('no record')
const { patient, resources } = record
const original = resources.filter(({ resourceType }) => SEARCHED.has(String(resourceType)))
const others = resources.filter(({ resourceType }) =>
  ['Patient', 'Practitioner', 'Organization'].includes(String(resourceType)),
)
const repeated = Array.from({ length: count }, (_, index): Resource => {
  const round = Math.floor(index / original.length)
  const resource = original[index % original.length] ?? {}
  return { ...resource, id: `${resource['id']}-${round}` }
})

/** Ready to be sent, so that what is measured is not this server's serializing. */
const pages = new Map<string, Buffer>()

function pageOf(url: URL): Buffer | undefined {
  const known = pages.get(url.href)
  if (known) return known
  const [, , type, id] = url.pathname.split('/')
  if (id !== undefined) {
    const found = others.find((one) => one['resourceType'] === type && one['id'] === id)
    return found && Buffer.from(JSON.stringify(found))
  }
  const category = url.searchParams.get('category')
  const found = repeated.filter(
    (one) =>
      one['resourceType'] === type &&
      !url.searchParams.has('code') &&
      (category === null || JSON.stringify(one['category'] ?? '').includes(`"${category}"`)),
  )
  const start = Number(url.searchParams.get('page') ?? 0)
  const size = Number(url.searchParams.get('_count') ?? 20)
  const next = new URL(url)
  next.searchParams.set('page', String(start + size))
  const page = Buffer.from(
    JSON.stringify({
      resourceType: 'Bundle',
      type: 'searchset',
      link: found.length > start + size ? [{ relation: 'next', url: next.href }] : [],
      entry: found.slice(start, start + size).map((resource) => ({ resource })),
    }),
  )
  pages.set(url.href, page)
  return page
}

const counts = new Map<string, number>()
let requests = 0
const server = createServer(async (request, response) => {
  const url = new URL(request.url ?? '', `http://${request.headers.host}`)
  if (url.pathname === '/requests') {
    response.end(String(requests))
    requests = 0
    return
  }
  requests += 1
  const page = pageOf(url)
  if (page && takesTime) {
    const inPage = counts.get(url.href) ?? page.toString().split('"resource":').length - 1
    counts.set(url.href, inPage)
    await sleep(SEARCH_MS + inPage * RESOURCE_MS)
  }
  response
    .writeHead(page ? 200 : 404, { 'content-type': 'application/fhir+json' })
    .end(page ?? '{"resourceType":"OperationOutcome"}')
})
server.listen(0, '127.0.0.1', () => {
  parentPort?.postMessage({ port: (server.address() as AddressInfo).port, patient })
})
