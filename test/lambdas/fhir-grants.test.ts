import { describe, expect, it } from 'vitest'
import type { FhirPolicy } from '#core/registry/registry.ts'
import { type Call, type Fhir, fhirJson, givenFhirDoor, OURS, outcome } from './given-fhir-door.ts'

const FHIR_JSON = { 'Content-Type': 'application/fhir+json' }
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' }
const OBSERVATION = { resourceType: 'Observation', subject: { reference: 'Patient/pat-1' } }

/** The door where scopes are enforced, in a session that was granted these. */
const granted = (scopes: string, fhirPolicy: FhirPolicy = {}, fhir?: Fhir) =>
  givenFhirDoor({
    connection: { fhirPolicy: { enforceScopes: true, ...fhirPolicy } },
    session: { scopes: scopes.split(' ') },
    ...(fhir && { fhir }),
  })

const posted = (body: unknown): Call => ({
  method: 'POST',
  path: '/',
  headers: FHIR_JSON,
  body: typeof body === 'string' ? body : JSON.stringify(body),
})
const batchOf = (...entry: readonly object[]) => ({ resourceType: 'Bundle', type: 'batch', entry })

/** `passes`, or `refused` with nothing sent. */
async function verdict({ ask, ehr }: Awaited<ReturnType<typeof granted>>, call: Call) {
  const before = ehr.fhirRequests.length
  const { statusCode, text } = await ask(call)
  if (statusCode < 400) return 'passes'
  expect({ sent: ehr.fhirRequests.length - before, text }).toMatchObject({ sent: 0 })
  return statusCode === 403 ? 'refused' : `${statusCode}`
}

describe('granted scopes, by themselves and as an entry of a batch or a transaction', () => {
  it.each([
    ['patient/Observation.c', 'POST Observation', '', 'passes'],
    ['patient/Observation.c', 'POST Observation', 'identifier=a', 'refused'],
    ['patient/Observation.cs', 'POST Observation', 'identifier=a', 'passes'],
    ['user/Observation.write', 'POST Observation', 'identifier=a', 'refused'],
    ['user/Observation.*', 'POST Observation', 'identifier=a', 'passes'],
    ['patient/Observation.cs', 'POST Observation', 'subject.name=a', 'refused'],
    ['patient/Observation.cs', 'POST Observation', 'Observation?patient.name=a', 'refused'],
    ['patient/*.cs', 'POST Observation', 'subject.name=a', 'passes'],
    ['patient/Observation.u', 'PUT Observation/1', '', 'passes'],
    ['patient/Observation.cds', 'PUT Observation/1', '', 'refused'],
    ['patient/Observation.u', 'PUT Observation?identifier=a', '', 'refused'],
    ['patient/Observation.us', 'PUT Observation?identifier=a', '', 'passes'],
    ['patient/Observation.us', 'PUT Observation?subject.name=a', '', 'refused'],
    ['patient/Observation.us', 'PUT Observation?_has:Provenance:target:agent=a', '', 'refused'],
    ['patient/Observation.u', 'PATCH Observation/1', '', 'passes'],
    ['patient/Observation.rs', 'PATCH Observation/1', '', 'refused'],
    ['patient/Observation.u', 'PATCH Observation?identifier=a', '', 'refused'],
    ['patient/Observation.us', 'PATCH Observation?identifier=a', '', 'passes'],
    ['patient/Observation.ds', 'DELETE Observation?identifier=a', '', 'passes'],
    ['patient/Observation.ds', 'DELETE Observation?subject.name=a', '', 'refused'],
    ['patient/Observation.rs', 'POST Observation/1/$validate', '', 'refused'],
    ['patient/*.rs', 'POST Observation/1/$validate', '', 'passes'],
    ['patient/*.rs', 'POST Observation/1/$made-up', '', 'refused'],
    ['patient/*.cruds', 'POST Observation/1/$made-up', '', 'passes'],
    ['patient/Observation.cruds?category=lab', 'POST Observation', '', 'refused'],
    ['patient/Observation.cruds?category=lab', 'PUT Observation/1', '', 'refused'],
    ['patient/Observation.cruds?category=lab', 'DELETE Observation?category=lab', '', 'refused'],
  ])('%s: %s, if there is none with “%s”, %s', async (scopes, line, ifNoneExist, expected) => {
    const door = await granted(scopes)
    const [method = '', url = ''] = line.split(' ')
    const body = url.includes('$') ? { resourceType: 'Parameters' } : OBSERVATION
    const headers = { ...FHIR_JSON, ...(ifNoneExist !== '' && { 'If-None-Exist': ifNoneExist }) }
    const call = { method, path: `/${url}`, headers, body: JSON.stringify(body) }
    expect(await verdict(door, call)).toBe(expected)

    const request = { method, url, ...(ifNoneExist !== '' && { ifNoneExist }) }
    const entry = { fullUrl: 'urn:uuid:1', resource: body, request }
    for (const type of ['batch', 'transaction']) {
      expect(await verdict(door, posted({ ...batchOf(entry), type }))).toBe(expected)
    }
  })

  it.each([
    ['GET', 'Observation?category=lab', 'passes'],
    ['GET', 'Observation?category=lab&category=other', 'passes'],
    ['GET', 'Observation?category=lab,other', 'refused'],
    ['GET', 'Observation?category:not=lab', 'refused'],
    ['GET', 'Observation?category=lab?&_include=Observation:subject', 'refused'],
    ['GET', 'Observation?category=lab&_include=Observation:subject', 'refused'],
    ['GET', 'Observation?category=lab&_revinclude:iterate=Provenance:target', 'refused'],
    ['GET', 'Observation?category=lab&_has:Group:member:_id=1', 'refused'],
    ['GET', 'Observation?category=lab&_filter=subject.name eq x', 'refused'],
    ['GET', 'Observation?category=lab&_query=anything', 'refused'],
    ['POST', 'Observation/_search?category=lab', 'refused'],
  ])(
    'narrowed to one category, even of all types: an entry %s %s %s',
    async (method, url, expected) => {
      for (const scopes of ['patient/Observation.rs?category=lab', 'patient/*.rs?category=lab']) {
        const call = posted(batchOf({ request: { method, url } }))
        expect(await verdict(await granted(scopes), call)).toBe(expected)
      }
    },
  )

  it.each([
    ['', 'category=lab', 'passes'],
    ['?category=lab', '', 'refused'],
    ['?category=lab', 'category=other', 'refused'],
    ['?_include=Observation:subject', 'category=lab', 'refused'],
  ])('narrowed, of a search by POST %s with the form “%s”: %s', async (query, body, expected) => {
    const door = await granted('patient/*.rs?category=lab')
    const call = { method: 'POST', path: `/Observation/_search${query}`, headers: FORM, body }
    expect(await verdict(door, call)).toBe(expected)
  })
})

describe('what a batch asks for', () => {
  const allowed = { request: { method: 'GET', url: 'Observation/1' } }

  it.each([
    ['a url twice', '{"request":{"method":"GET","url":"Patient/1","url":"Observation/1"}}'],
    ['a url in capitals', '{"request":{"method":"GET","URL":"Patient/1","url":"Observation/1"}}'],
    [
      'a url in escapes',
      '{"request":{"method":"GET","\\u0075rl":"Patient/1","url":"Observation/1"}}',
    ],
    [
      'a request twice',
      `{"request":{"method":"GET","url":"Patient/1"},"request":${JSON.stringify(allowed.request)}}`,
    ],
    ['a method twice', '{"request":{"method":"DELETE","url":"Observation/1","method":"GET"}}'],
    [
      'a condition in capitals',
      '{"request":{"method":"POST","url":"Observation","IfNoneExist":"patient=1"}}',
    ],
  ])('is read in one way only: not with %s', async (_, entry) => {
    const door = await granted('patient/Observation.cruds')
    const body = `{"resourceType":"Bundle","type":"batch","entry":[${entry}]}`
    expect(await verdict(door, posted(body))).toBe('400')
  })

  it('is read in one way only: not with other entries by a name in capitals', async () => {
    const door = await granted('patient/Observation.r')
    const hidden = [{ request: { method: 'DELETE', url: 'Patient/1' } }]
    expect(await verdict(door, posted({ ...batchOf(allowed), Entry: hidden }))).toBe('400')
  })

  it.each([
    'Patient/..%2f..%2fadmin',
    'Patient/%252e%252e/admin',
    'Patient\\..\\..\\admin',
    './Patient/1',
    'Patient/./1',
    'Patient//1',
    'HTTPS://evil.example/Patient/1',
    'http:Patient/1',
    ' https://evil.example/Patient/1',
    'Patient/1#/../../admin',
    'Patient;x=1/1',
    'Patient/1\n',
    `${OURS}/../../../admin`,
    'fhir/Patient/1',
  ])('is below the base: not the url %j', async (url) => {
    const door = await granted('patient/*.cruds')
    const entry = {
      fullUrl: 'https://elsewhere.example/Patient/1',
      request: { method: 'GET', url },
    }
    expect(await verdict(door, posted(batchOf(allowed, entry)))).toMatch(/^40[05]$/)
  })

  it('goes out from the base, where an entry begins with a slash', async () => {
    const { ask, ehr } = await granted('patient/*.cruds')
    await ask(
      posted(batchOf({ request: { method: 'GET', url: '/Observation?a=b?c=/d' } }, allowed)),
    )
    expect(ehr.fhirRequests[0]?.body).toBe(
      JSON.stringify(batchOf({ request: { method: 'GET', url: 'Observation?a=b?c=/d' } }, allowed)),
    )
  })

  it('goes out without the session, wherever in a query that stands', async () => {
    const { ask, ehr, sessionId } = await granted('patient/*.cruds')
    const url = `Observation?a=b?&_redox_session=${sessionId}`
    await ask(posted(batchOf({ request: { method: 'GET', url } })))
    expect(ehr.fhirRequests[0]?.body).toContain('"url":"Observation?a=b?"')
  })
})

describe('a link to a page', () => {
  const linked =
    (within: (link: object) => object): Fhir =>
    ({ headers }, response) =>
      fhirJson(response, within([{ relation: 'next', url: `http://${headers.host}/fhir?page=2` }]))
  const searched = linked((link) => ({ resourceType: 'Bundle', type: 'searchset', link }))
  const stored = linked((link) => ({
    resourceType: 'Bundle',
    type: 'searchset',
    entry: [{ resource: { resourceType: 'Bundle', type: 'searchset', link } }],
  }))
  const linkIn = (text: string) =>
    (/https:[^"]+_sallyport_page=[^"]+/.exec(text)?.[0] ?? '').slice(OURS.length)

  it('may be followed where its search was in scope, by itself and in a batch', async () => {
    const door = await granted('patient/Observation.rs?category=lab', {}, searched)
    const { text } = await door.ask({ path: '/Observation?category=lab' })
    const next = linkIn(text)
    expect(await verdict(door, { path: next })).toBe('passes')
    const request = { method: 'GET', url: next.slice(1) }
    expect(await verdict(door, posted(batchOf({ request })))).toBe('passes')
    expect(
      await verdict(door, posted(batchOf({ request: { ...request, method: 'DELETE' } }))),
    ).toBe('405')

    const batch = posted(batchOf({ request: { method: 'GET', url: 'Observation?a=b' } }))
    const inBatch = await granted('patient/Observation.rs', {}, stored)
    const { text: answered } = await inBatch.ask(batch)
    expect(await verdict(inBatch, { path: linkIn(answered) })).toBe('passes')
  })

  it.each(['/Bundle/1', '/Observation?a=b'])(
    'may not, where a Bundle that somebody stored has it, read by %s: it leads anywhere',
    async (path) => {
      const isRead = path === '/Bundle/1'
      const scopes = 'patient/Observation.rs patient/Bundle.rs'
      const door = await granted(scopes, {}, isRead ? searched : stored)
      const { text } = await door.ask({ path })
      expect(await verdict(door, { path: linkIn(text) })).toBe('refused')

      const types = { enforceScopes: false, resourceTypes: ['Observation', 'Bundle'] }
      const held = await granted('openid', types, isRead ? searched : stored)
      expect(await verdict(held, { path: linkIn((await held.ask({ path })).text) })).toBe('refused')
    },
  )
})

describe('the patient guard', () => {
  const guarded = () => granted('patient/*.cruds', { patientGuard: true })

  it('reads the condition of a create', async () => {
    const door = await guarded()
    const create = (ifNoneExist: string) => ({
      method: 'POST',
      path: '/Observation',
      headers: { ...FHIR_JSON, 'If-None-Exist': ifNoneExist },
      body: JSON.stringify(OBSERVATION),
    })
    expect(await verdict(door, create('patient=pat-1'))).toBe('passes')
    expect(await verdict(door, create('patient=pat-2'))).toBe('refused')
  })

  it.each([
    [[{ op: 'replace', path: '/subject/reference', value: 'Patient/pat-2' }], 'refused'],
    [[{ op: 'add', path: '/subject', value: { reference: 'Patient/pat-2' } }], 'refused'],
    [
      {
        resourceType: 'Parameters',
        parameter: [
          {
            name: 'operation',
            part: [{ name: 'value', valueReference: { reference: 'Patient/pat-2' } }],
          },
        ],
      },
      'refused',
    ],
    [[{ op: 'replace', path: '/subject/reference', value: 'Patient/pat-1' }], 'passes'],
  ])('reads a patch: %j is %s', async (patch, expected) => {
    const type = Array.isArray(patch) ? 'application/json-patch+json' : 'application/fhir+json'
    const headers = { 'Content-Type': type }
    const call = { method: 'PATCH', path: '/Observation/1', headers, body: JSON.stringify(patch) }
    expect(await verdict(await guarded(), call)).toBe(expected)
  })

  it('takes no resource whose patient stands in it twice', async () => {
    const body =
      '{"resourceType":"Observation","subject":{"reference":"Patient/pat-2"},"subject":{"reference":"Patient/pat-1"}}'
    const call = { method: 'POST', path: '/Observation', headers: FHIR_JSON, body }
    expect((await (await guarded()).ask(call)).json).toMatchObject(outcome('invalid'))
  })
})
