import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenBroker } from '../flow/given-broker.ts'
import { plainBrowser } from '../support/browser.ts'
import { fhirServer } from '../support/fhir-server.ts'
import { type GeneratedAsk, generatedAsk } from '../support/generated-asks.ts'
import { readBody, serve } from '../support/http-server.ts'
import { sandboxFhir } from '../support/sandbox-fhir.ts'

const REQUESTS = 400
const SEED = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31)

const HEADERS = [
  ...['etag', 'location', 'content-location', 'content-range', 'accept-ranges', 'retry-after'],
  'x-progress',
]

type Handler = ReturnType<typeof fhirServer> | ReturnType<typeof sandboxFhir>

/** Who answers, behind the door and without it: two of one kind, that are asked the same. */
let behind: Handler = fhirServer()
let twin: Handler = fhirServer()

const broker = await givenBroker({ ehr: { fhir: (seen, response) => behind(seen, response) } })
const direct = await serve(async (request, response) => {
  const { method = '', url = '', headers } = request
  await twin({ method, url, headers, body: await readBody(request) }, response)
})
const door = { base: broker.fhirBase, authorization: '' }
const without = { base: `${direct.origin}/fhir`, authorization: 'Bearer any' }
beforeAll(async () => {
  const { message } = await broker.signOn(plainBrowser())
  const session = message.body.Meta.SessionID
  door.authorization = await broker.appToken('heartline', { session })
  process.stdout.write(`differential test with FC_SEED=${SEED}\n`)
})
afterAll(() => Promise.all([broker.close(), direct.close()]))

type Destination = typeof door

async function answerOf(url: string, ask: GeneratedAsk, { base, authorization }: Destination) {
  const body =
    ask.form === undefined
      ? ask.body && JSON.stringify(ask.body).replaceAll('BASE', base)
      : new URLSearchParams(ask.form.map(([name, value]) => [name, value] as [string, string]))
  const response = await fetch(url, {
    method: ask.method,
    redirect: 'manual',
    headers: { ...ask.headers, authorization },
    ...(typeof body === 'string' || body instanceof URLSearchParams ? { body } : {}),
  })
  const bytes = Buffer.from(await response.arrayBuffer())
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  const head = Object.fromEntries(HEADERS.map((name) => [name, response.headers.get(name)]))
  return { status: response.status, head, bytes, isJson, contentType: mediaType(response) }
}

const mediaType = ({ headers }: Response) => headers.get('content-type')?.split(';', 1)[0]
const urlOf = ({ path, query = [] }: GeneratedAsk, { base }: Destination) => {
  const search = new URLSearchParams(
    query.map(([name, value]) => [name, value] as [string, string]),
  ).toString()
  return `${base}${path}${search === '' ? '' : `?${search}`}`
}

/** Ids that a server makes up by chance are told apart by when they came up. */
function namer() {
  const names = new Map<string, string>()
  return (text: string) =>
    text.replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (uuid) => {
      if (!names.has(uuid)) names.set(uuid, `made-up-${names.size}`)
      return names.get(uuid) ?? ''
    })
}

/** What is to be equal: the base, times and the order of a query's names left out. */
function comparable(
  { status, head, bytes, isJson, contentType }: Awaited<ReturnType<typeof answerOf>>,
  { base }: Destination,
  named: (text: string) => string,
  page: number,
) {
  const plain = (text: string) =>
    named(text.replaceAll(base, 'BASE').replace(/"lastUpdated":"[^"]+"/g, '"lastUpdated":""'))
  const isHeadOnly = [204, 304].includes(status)
  const told = {
    status,
    // Without a body it must not be JSON, and is nothing else that anybody reads.
    contentType: bytes.length === 0 ? !isHeadOnly && isJson : contentType,
    head: JSON.parse(plain(JSON.stringify(head))),
  }
  if (!isJson || bytes.length === 0) return { ...told, body: bytes.toString('latin1') }
  // The system of an identifier is a name, also where it looks like an address.
  const text = plain(
    bytes.toString().replaceAll(`"system":"${broker.ehr.fhirBaseUrl}`, '"system":"BASE'),
  )
  return {
    ...told,
    body: JSON.parse(text, (key, value) => (key === 'link' ? links(value, page) : value)),
  }
}

/** Links to pages are the door's own; also that to itself, of a page that was asked for by a link. */
function links(value: unknown, page: number): unknown {
  if (!Array.isArray(value)) return value
  return value.map(({ relation, url }: { readonly relation: string; readonly url: string }) => {
    const [path = '', query = ''] = url.split('?', 2)
    if (relation !== 'self' || page > 0) return { relation }
    const sorted = [...new URLSearchParams(query)].map((pair) => pair.join('=')).sort()
    return { relation, path, query: sorted }
  })
}

const nextOf = (bytes: Buffer): string | undefined =>
  (JSON.parse(bytes.toString()).link ?? []).find(
    ({ relation }: { readonly relation: string }) => relation === 'next',
  )?.url

describe.each([
  ['the sandbox’s FHIR server', () => sandboxFhir(new Date('2026-03-02T10:00:00Z'))],
  ['a server with history, batches and operations', fhirServer],
] as const)(`%s, asked ${REQUESTS} times`, (_name, start) => {
  it('answers through the door what it answers without', async () => {
    behind = start()
    twin = start()
    const [namedThere, namedHere] = [namer(), namer()]
    let pages = 0

    for (const [index, ask] of fc
      .sample(generatedAsk, {
        numRuns: REQUESTS,
        seed: SEED,
      })
      .entries()) {
      let there: string | undefined = urlOf(ask, without)
      let here: string | undefined = urlOf(ask, door)
      let asked: GeneratedAsk = ask
      for (let page = 0; there !== undefined && here !== undefined && page < 3; page += 1) {
        const before = broker.ehr.fhirRequests.length
        const expected = await answerOf(there, asked, without)
        const answered = await answerOf(here, asked, door)
        const what = `request ${index}, page ${page}, FC_SEED=${SEED}: ${JSON.stringify(ask)}`

        expect(comparable(answered, door, namedHere, page), what).toEqual(
          comparable(expected, without, namedThere, page),
        )
        expect(broker.ehr.fhirRequests.length - before, `${what} reached the EHR`).toBe(1)
        const isBundle = answered.status === 200 && answered.isJson && answered.bytes.length > 0
        there = isBundle ? nextOf(expected.bytes) : undefined
        here = isBundle ? nextOf(answered.bytes) : undefined
        expect(here === undefined, what).toBe(there === undefined)
        asked = { method: 'GET', path: '' }
        pages += page
      }
    }
    expect(pages).toBeGreaterThan(0)
  })
})
