import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { plainBrowser } from '../support/browser.ts'
import { CLIENTS, type Destination, type FhirApp } from '../support/fhir-clients.ts'
import { fhirServer, PATIENTS } from '../support/fhir-server.ts'
import { readBody, serve } from '../support/http-server.ts'
import { givenBroker } from './given-broker.ts'

const EHR = fhirServer()
const broker = await givenBroker({ ehr: { fhir: EHR } })
const { message } = await broker.signOn(plainBrowser())
const session = message.body.Meta.SessionID

/** The same EHR without the broker; both are asked the same in the same order. */
const twin = fhirServer()
const direct = await serve(async (request, response) => {
  const { method = '', url = '', headers } = request
  twin({ method, url, headers, body: await readBody(request) }, response)
})
afterAll(() => Promise.all([broker.close(), direct.close()]))

const WITHOUT_BROKER: Destination = { origin: direct.origin, basePath: 'fhir', token: 'any' }

async function throughDoor(way: 'T' | 'H' | 'Q'): Promise<Destination> {
  const authorization = await broker.appToken('heartline', way === 'T' ? { session } : {})
  return {
    origin: broker.base,
    basePath: broker.fhirBase.slice(broker.base.length + 1),
    token: authorization.slice('Bearer '.length),
    ...(way === 'H' && { sessionHeaders: { 'X-Sallyport-Session': session } }),
    ...(way === 'Q' && { sessionQuery: `_redox_session=${session}` }),
  }
}

/** Everything that an app does, and what came of it, the base left out. */
async function story(app: FhirApp, { origin, basePath }: Destination): Promise<unknown> {
  const batch = (type: string) => ({
    resourceType: 'Bundle',
    type,
    entry: [
      { request: { method: 'GET', url: 'Patient/pat-2' } },
      {
        request: { method: 'PUT', url: 'Observation/batched' },
        resource: { resourceType: 'Observation', id: 'batched', status: 'final' },
      },
    ],
  })
  const failure = (act: Promise<unknown>) =>
    act.then(
      () => 'none',
      () => 'refused',
    )

  const created = await app.create({
    resourceType: 'Observation',
    status: 'preliminary',
    subject: { reference: `${origin}/${basePath}/Patient/pat-1` },
  })
  const id = created.id ?? ''
  const told = {
    created,
    read: await app.read('Patient', 'pat-1'),
    pages: await app.idsOfAllPages('Patient', { family: 'Okonkwo', _count: '50' }),
    token: withoutNext(await app.search('Observation', { code: 'http://loinc.org|8867-4' })),
    posted: withoutNext(await app.searchByPost('Observation', { code: 'http://loinc.org|8867-4' })),
    updated: await app.update({ ...created, status: 'final' }, 'W/"1"'),
    conflict: await failure(app.update({ ...created, status: 'amended' }, 'W/"1"')),
    patched: await app.patch('Observation', id, [
      { op: 'replace', path: '/status', value: 'corrected' },
    ]),
    removed: await failure(app.remove('Observation', id)),
    gone: await failure(app.read('Observation', id)),
    unknown: await failure(app.read('Patient', 'nobody')),
    batch: await app.batch(batch('batch')),
    transaction: await app.batch(batch('transaction')),
    everything: await app.everything('pat-1'),
    binary: [...(await app.binary('pdf-1'))],
  }
  return JSON.parse(
    JSON.stringify(told)
      .replaceAll(`${origin}/${basePath}`, 'BASE')
      // The system of an identifier is a name, also where it looks like an address.
      .replaceAll(`"system":"${broker.ehr.fhirBaseUrl}/ids"`, '"system":"BASE/ids"')
      .replace(/&?_redox_session=[\w-]+/g, ''),
  )
}

function withoutNext<Answer extends object>(answer: Answer) {
  return { ...answer, link: undefined }
}

describe.each(Object.entries(CLIENTS))('%s, unmodified (CL-06, 14)', (name, client) => {
  it.each(name === 'fetch' ? (['T', 'Q', 'H'] as const) : (['T', 'H'] as const))(
    'does by %s through the door what it does without',
    async (way) => {
      const door = await throughDoor(way)
      const without = await story(client(WITHOUT_BROKER), WITHOUT_BROKER)
      const through = await story(client(door), door)
      expect(through).toEqual(without)
      expect(without).toMatchObject({
        conflict: 'refused',
        gone: 'refused',
        unknown: 'refused',
        removed: 'none',
      })
      const { pages } = through as { readonly pages: readonly string[] }
      expect(new Set(pages).size).toBe(PATIENTS)
    },
  )
})

it('costs a warm read one row of DynamoDB and one audit record, and no key', async () => {
  const { origin, basePath, token } = await throughDoor('T')
  const read = () =>
    fetch(`${origin}/${basePath}/Patient/pat-1`, { headers: { authorization: `Bearer ${token}` } })
  await (await read()).text()
  const before = broker.stack.calls.length
  await (await read()).text()
  const calls = broker.stack.calls
    .slice(before)
    .map(({ service, action }) => `${service}:${action}`)
  // Lambda itself puts the function's lines into its log group, beside the audit record.
  expect(calls.filter((call) => call !== 'logs:PutLogEvents')).toEqual(['dynamodb:GetItem'])
})

it.each(['?', '?&', '?&family=Okonkwo', '?family=Okonkwo&', '?family=Okonkwo&&_count=50'])(
  'takes the query %s, as clients write it (CL-09)',
  async (query) => {
    const { origin, basePath, token } = await throughDoor('T')
    const answer = await fetch(`${origin}/${basePath}/Patient${query}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ total: PATIENTS })
  },
)

it('is asked for a token search raw by clients whose URL is written by hand', async () => {
  const lines: string[] = []
  const recorder = createServer((socket) => {
    socket.once('data', (data) => {
      lines.push(String(data).split('\r\n', 1)[0] ?? '')
      const body = '{"resourceType":"Bundle","type":"searchset"}'
      socket.end(
        `HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/fhir+json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      )
    })
  })
  await new Promise<void>((resolve) => recorder.listen(0, '127.0.0.1', resolve))
  const { port } = recorder.address() as AddressInfo
  const destination = { origin: `http://127.0.0.1:${port}`, basePath: 'fhir', token: 'any' }
  const isRaw = () => lines.at(-1)?.includes('|') ?? false
  const raw: Record<string, { readonly byParameters: boolean; readonly byHand: boolean }> = {}
  for (const [name, client] of Object.entries(CLIENTS)) {
    const app = client(destination)
    await app.search('Observation', { code: 'http://loinc.org|8867-4' })
    const byParameters = isRaw()
    await app.byHand('Observation?code=http://loinc.org|8867-4')
    raw[name] = { byParameters, byHand: isRaw() }
  }
  recorder.close()
  process.stdout.write(`sent raw, "|" in a query: ${JSON.stringify(raw)}\n`)
  expect(raw).toEqual({
    fetch: { byParameters: false, byHand: true },
    'fhir-kit-client': { byParameters: false, byHand: true },
    // On a server, where it has a fetch of its own; in a browser it has the browser's.
    fhirclient: { byParameters: false, byHand: false },
    '@medplum/core': { byParameters: false, byHand: true },
  })
})
