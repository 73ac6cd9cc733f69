import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { PUBLIC_BASE_URL } from '../support/api-client.ts'
import { anAppToken, type Fhir, fhirJson, givenFhirDoor, OURS, outcome } from './given-fhir-door.ts'

const FHIR_JSON = { 'Content-Type': 'application/fhir+json' }

describe('FHIR’s HTTP through the door', () => {
  it.each([
    ['GET', '/Patient/pat-1/_history/2'],
    ['GET', '/Patient/pat-1/_history'],
    ['GET', '/Patient/_history?_count=2'],
    ['GET', '/_history'],
    ['GET', '/Patient/pat-1/Observation?code=a'],
    ['GET', '/Patient/pat-1/*'],
    ['POST', '/Patient/pat-1/Observation/_search'],
    ['GET', '/Patient/pat-1/$everything?start=2020'],
    ['POST', '/Patient/$match'],
    ['POST', '/$export'],
    ['GET', '/$made-up'],
    ['POST', '/Observation/obs-1/$validate'],
  ])('%s %s reaches the EHR at the same path, without a body too (CL-13)', async (method, path) => {
    const { ask, ehr } = await givenFhirDoor()
    expect(await ask({ method, path })).toMatchObject({ statusCode: 200 })
    expect(ehr.fhirRequests).toMatchObject([{ method, url: `/fhir${path}` }])
  })

  it.each([
    'return=minimal',
    'return=representation',
    'return=OperationOutcome',
    'handling=strict, return=minimal',
    'respond-async',
    'respond-async, handling=lenient;a="b, c"',
  ])('passes Prefer: %s (FD-11)', async (prefer) => {
    const { ask, ehr } = await givenFhirDoor()
    await ask({ headers: { Prefer: prefer } })
    expect(ehr.fhirRequests).toMatchObject([{ headers: { prefer } }])
  })

  it('passes on what a request is followed by, through services and systems', async () => {
    const { ask, ehr } = await givenFhirDoor()
    const sent = {
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      tracestate: 'a=1',
      'x-request-id': 'r-1',
      'x-correlation-id': 'c-1',
    }
    await ask({ headers: sent })
    expect(ehr.fhirRequests).toMatchObject([{ headers: sent }])
  })

  it('takes $op and %24op for the same (FD-06)', async () => {
    const { ask, ehr } = await givenFhirDoor()
    await ask({ path: '/Patient/pat-1/%24everything' })
    expect(ehr.fhirRequests).toMatchObject([{ url: '/fhir/Patient/pat-1/$everything' }])
  })

  it.each([
    ['PUT', '/Patient?identifier=a', 'application/fhir+json', '{"resourceType":"Patient"}'],
    ['POST', '/Patient', 'application/fhir+json', '{"resourceType":"Patient"}'],
    ['PATCH', '/Patient/pat-1', 'application/json-patch+json', '[{"op":"test"}]'],
    ['PATCH', '/Patient?identifier=a', 'application/fhir+json', '{"resourceType":"Parameters"}'],
    ['DELETE', '/Patient?identifier=a', '', ''],
  ])('%s %s of %s goes out unchanged (FD-10, FD-13)', async (method, path, type, body) => {
    const { ask, ehr } = await givenFhirDoor({
      fhir: (_, response) => void response.writeHead(204).end(),
    })
    const conditions = { 'if-match': 'W/"3"', 'if-none-exist': 'identifier=a%7Cb' }
    const headers = { ...(type && { 'Content-Type': type }), ...conditions }
    expect(await ask({ method, path, headers, ...(body && { body }) })).toMatchObject({
      statusCode: 204,
    })
    expect(ehr.fhirRequests).toMatchObject([
      { method, url: `/fhir${path}`, body, headers: conditions },
    ])
  })

  it('writes back on the EHR’s base what was read on ours, and no other byte', async () => {
    const { ask, ehr } = await givenFhirDoor()
    const body = (base: string) =>
      `{ "resourceType":"Observation",\n "subject":{"reference":"${base}/Patient/pat-1"},
        "note":[{"text":"see ${OURS}/Patient/pat-1"}] }`
    await ask({ method: 'PUT', path: '/Observation/1', headers: FHIR_JSON, body: body(OURS) })
    expect(ehr.fhirRequests[0]?.body).toBe(body(ehr.fhirBaseUrl))
  })

  it('takes a compressed body, as far as it does not grow beyond measure (FD-15)', async () => {
    const { ask, ehr } = await givenFhirDoor()
    const create = (body: Buffer, coding = 'gzip') =>
      ask({
        method: 'POST',
        path: '/Patient',
        headers: { ...FHIR_JSON, 'Content-Encoding': coding },
        body,
      })
    await create(gzipSync('{"resourceType":"Patient"}'))
    expect(ehr.fhirRequests[0]).toMatchObject({ body: '{"resourceType":"Patient"}' })
    expect(ehr.fhirRequests[0]?.headers).not.toHaveProperty('content-encoding')

    const bomb = await create(gzipSync(Buffer.alloc(17 * 1024 * 1024)))
    expect(bomb).toMatchObject({ statusCode: 413, json: outcome('too-long') })
    expect(bomb.text).toContain('4.4 MB')
    expect(await create(Buffer.from('{}'))).toMatchObject({ statusCode: 400 })
    expect(await create(Buffer.from('{}'), 'br')).toMatchObject({ statusCode: 415 })
    expect(ehr.fhirRequests).toHaveLength(1)
  })

  describe('with content that is not FHIR’s', () => {
    const BYTES = Buffer.from([0x25, 0x50, 0x44, 0x46, 0xff, 0x00, 0x0a])

    it('passes a Binary compressed, unopened, with its length (FD-31, FD-32)', async () => {
      const packed = gzipSync(BYTES)
      const { call, ehr } = await givenFhirDoor({
        fhir: (_, response) =>
          void response
            .writeHead(200, {
              'content-type': 'application/pdf',
              'content-encoding': 'gzip',
              'content-length': packed.length,
              'content-disposition': 'attachment',
              'accept-ranges': 'bytes',
              etag: '"strong"',
            })
            .end(packed),
      })
      const headers = { Accept: 'application/pdf', 'Accept-Encoding': 'gzip' }
      const answer = await call({ path: '/Binary/1', headers })
      const chunks: Buffer[] = []
      for await (const chunk of answer.body) chunks.push(chunk as Buffer)
      expect(gunzipSync(Buffer.concat(chunks))).toEqual(BYTES)
      expect(answer.headers).toMatchObject({
        'content-type': 'application/pdf',
        'content-encoding': 'gzip',
        'content-length': String(packed.length),
        'accept-ranges': 'bytes',
        etag: '"strong"',
        'x-content-type-options': 'nosniff',
      })
      expect(ehr.fhirRequests[0]?.headers).toMatchObject({
        accept: 'application/pdf',
        'accept-encoding': 'gzip',
      })
    })

    it('takes a Binary as it is, but no FHIR in XML', async () => {
      const { ask, ehr } = await givenFhirDoor()
      const create = (type: string) =>
        ask({ method: 'POST', path: '/Binary', headers: { 'Content-Type': type }, body: 'bytes' })
      expect(await create('application/pdf')).toMatchObject({ statusCode: 200 })
      expect(ehr.fhirRequests).toMatchObject([
        { body: 'bytes', headers: { 'content-type': 'application/pdf' } },
      ])
      expect(await create('application/fhir+xml')).toMatchObject({ statusCode: 415 })
    })

    it('passes a range that cannot be had (FD-32)', async () => {
      const { ask, ehr } = await givenFhirDoor({
        fhir: (_, response) => void response.writeHead(416, { 'content-range': 'bytes */7' }).end(),
      })
      const headers = { Range: 'bytes=100-' }
      expect(await ask({ path: '/Binary/1', headers })).toMatchObject({ statusCode: 416 })
      expect(ehr.fhirRequests[0]?.headers).toMatchObject({ range: 'bytes=100-' })
    })
  })

  describe('a batch', () => {
    const batch = (entry: readonly object[], type = 'batch') =>
      JSON.stringify({ resourceType: 'Bundle', type, entry })
    const asking = (method: string, url: string, more = {}) => ({
      request: { method, url },
      ...more,
    })

    it.each(['', '/'])('is taken at the base with the end “%s” (FD-08)', async (end) => {
      const { ask, ehr } = await givenFhirDoor()
      const body = batch([asking('GET', 'Patient/pat-1')], 'transaction')
      const path = `/fhir/R4/general/Production${end}`
      expect(await ask({ method: 'POST', path, headers: FHIR_JSON, body })).toMatchObject({
        statusCode: 200,
      })
      expect(ehr.fhirRequests).toMatchObject([{ method: 'POST', url: '/fhir', body }])
    })

    it('goes out with our addresses on the EHR’s base, and nothing of the session (FD-14)', async () => {
      const { ask, ehr, sessionId } = await givenFhirDoor()
      const body = (base: string, session: string) =>
        batch([
          asking('GET', `${base}/Patient/pat-1${session && `?${session}`}`),
          asking('GET', `Observation?code=a%7Cb${session && `&${session}`}`),
          asking('PUT', 'Patient?identifier=a', {
            fullUrl: 'urn:uuid:1',
            resource: {
              resourceType: 'Patient',
              managingOrganization: { reference: `${base}/A/1` },
            },
          }),
        ])
      const sent = body(OURS, `_redox_session=${sessionId}`)
      await ask({ method: 'POST', path: '/', headers: FHIR_JSON, body: sent })
      expect(ehr.fhirRequests[0]?.body).toBe(body(ehr.fhirBaseUrl, ''))
    })

    it('asks for a page by its link, as clients do that gather their requests', async () => {
      const fhir: Fhir = ({ method, headers }, response) => {
        const url = `http://${headers.host}/fhir/Observation?state=7`
        fhirJson(response, { resourceType: 'Bundle', link: [{ relation: 'next', url }], method })
      }
      const { ask, ehr } = await givenFhirDoor({ fhir })
      const first = await ask({ path: '/Observation?code=a' })
      const next = first.json.link[0].url
      const body = batch([asking('GET', next), asking('GET', next.slice(OURS.length + 1))])
      await ask({ method: 'POST', path: '/', headers: FHIR_JSON, body })
      const { entry } = JSON.parse(ehr.fhirRequests[1]?.body ?? '')
      expect(entry.map((one: { request: { url: string } }) => one.request.url)).toEqual([
        'Observation?state=7',
        'Observation?state=7',
      ])
    })

    it.each([
      ['another host', asking('GET', 'https://evil.example/Patient/1'), 400],
      ['another host without scheme', asking('GET', '//evil.example/Patient/1'), 400],
      ['a path that climbs out', asking('GET', '../../admin'), 400],
      ['a path that climbs out in escapes', asking('GET', 'Patient/%2e%2e/admin'), 400],
      ['a base that begins alike', asking('GET', `${OURS}-other/Patient/1`), 400],
      ['a batch within', asking('POST', ''), 405],
      ['a method that nobody has', asking('TRACE', 'Patient/1'), 405],
      ['a delete of a whole type', asking('DELETE', 'Patient'), 405],
      ['no request', { resource: { resourceType: 'Patient' } }, 400],
    ])('does not go out with %s in an entry', async (_, entry, statusCode) => {
      const { ask, ehr } = await givenFhirDoor()
      const body = batch([asking('GET', 'Patient/pat-1'), entry])
      const answer = await ask({ method: 'POST', path: '/', headers: FHIR_JSON, body })
      expect(answer).toMatchObject({ statusCode })
      expect(answer.text).toMatch(/entry[[.]1/)
      expect(ehr.fhirRequests).toEqual([])
    })

    it.each(['{', '[]', '{"resourceType":"Patient"}', batch([], 'message')])(
      'is a Bundle of batch or transaction, not %s',
      async (body) => {
        const { ask } = await givenFhirDoor()
        const answer = await ask({ method: 'POST', path: '/', headers: FHIR_JSON, body })
        expect(answer).toMatchObject({ statusCode: 400, json: outcome('invalid') })
      },
    )

    it('is held to the token’s scope, entry by entry (FD-14, 42)', async () => {
      const { ask, ehr } = await givenFhirDoor()
      const token = await anAppToken({ scope: 'system/Patient.rs system/Observation.r' })
      const post = (...entries: readonly object[]) =>
        ask({ method: 'POST', path: '/', headers: FHIR_JSON, body: batch(entries), token })
      const allowed = asking('GET', 'Patient/pat-1')
      expect(await post(allowed, asking('GET', 'Observation/1'))).toMatchObject({ statusCode: 200 })
      expect(await post(allowed, asking('GET', 'Observation?a=1'))).toMatchObject({
        statusCode: 403,
        headers: {
          'www-authenticate':
            'Bearer realm="sallyport", error="insufficient_scope", scope="system/Observation.s"',
        },
        text: expect.stringContaining('It takes system/Observation.s.'),
      })
      expect(await post(allowed, asking('DELETE', 'Patient/1'))).toMatchObject({ statusCode: 403 })
      expect(ehr.fhirRequests).toHaveLength(1)
    })
  })

  describe('an asynchronous request', () => {
    const exporting: Fhir = ({ method, url, headers }, response) => {
      const base = `http://${headers.host}/fhir`
      if (url.endsWith('$export')) {
        return void response.writeHead(202, { 'content-location': `${base}/jobs/7?secret=1` }).end()
      }
      if (method === 'DELETE') return void response.writeHead(202).end()
      if (url.startsWith('/fhir/file')) {
        return void response
          .writeHead(200, { 'content-type': 'application/fhir+ndjson' })
          .end('{"a":1}\n{"a":2}\n')
      }
      const manifest = {
        transactionTime: '2026-01-01T00:00:00Z',
        request: `${base}/$export`,
        requiresAccessToken: headers['x-request-id'] !== 'open',
        output: [{ type: 'Patient', url: `${base}/file/1` }],
        error: [{ type: 'OperationOutcome', url: 'https://evil.example/file/2' }],
      }
      if (headers['x-request-id'] === 'busy') {
        return void response.writeHead(202, { 'x-progress': '50%', 'retry-after': '3' }).end()
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(manifest))
    }
    const started = async () => {
      const given = await givenFhirDoor({ fhir: exporting })
      const { headers } = await given.ask({
        path: '/$export',
        headers: { Prefer: 'respond-async' },
      })
      const job = headers['content-location']?.slice(PUBLIC_BASE_URL.length) ?? ''
      const follow = (method = 'GET', id = 'done') =>
        given.ask({ method, path: job, sessionIds: [], headers: { 'X-Request-Id': id } })
      return { ...given, job, follow }
    }

    it('is asked after through the door, and cancelled there (FD-33)', async () => {
      const { ehr, job, follow } = await started()
      expect(job).toContain('_sallyport_page=')
      expect(job).not.toContain('secret')
      expect(await follow('GET', 'busy')).toMatchObject({
        statusCode: 202,
        headers: { 'x-progress': '50%', 'retry-after': '3' },
      })
      expect(await follow('DELETE')).toMatchObject({ statusCode: 202 })
      expect(await follow('PUT')).toMatchObject({ statusCode: 405 })
      expect(ehr.fhirRequests.map(({ method, url }) => `${method} ${url}`)).toEqual([
        'GET /fhir/$export',
        'GET /fhir/jobs/7?secret=1',
        'DELETE /fhir/jobs/7?secret=1',
      ])
    })

    it('has its outputs through the door, where the token is needed for them', async () => {
      const { ask, follow } = await started()
      const { json } = await follow()
      expect(json.request).toBe(`${OURS}/$export`)
      expect(json.error[0].url).toContain('_sallyport_page=refused')
      const path = json.output[0].url.slice(PUBLIC_BASE_URL.length)
      const file = await ask(
        { path, sessionIds: [], headers: { Accept: 'application/fhir+ndjson' } },
        false,
      )
      expect(file).toMatchObject({
        statusCode: 200,
        headers: { 'content-type': 'application/fhir+ndjson' },
        text: '{"a":1}\n{"a":2}\n',
      })

      const open = await follow('GET', 'open')
      expect(open.json.error[0].url).toBe('https://evil.example/file/2')
    })
  })

  it('is not asked by the door itself, without end (FD-02)', async () => {
    const { ask, ehr } = await givenFhirDoor()
    await ask()
    const via = ehr.fhirRequests[0]?.headers.via ?? ''
    expect(via).toMatch(/^1\.1 sallyport-[0-9a-f]{8}$/)
    for (const Via of [via, `1.0 proxy, ${via}`]) {
      expect(await ask({ headers: { Via } })).toMatchObject({ statusCode: 508 })
    }
    expect(await ask({ headers: { Via: '1.1 sallyport-other' } })).toMatchObject({
      statusCode: 200,
    })
    expect(ehr.fhirRequests).toHaveLength(2)
  })

  it('follows the EHR’s redirect within its base, and no other', async () => {
    const { ask, ehr } = await givenFhirDoor({
      fhir: ({ url, headers }, response) => {
        if (url.endsWith('/moved'))
          return fhirJson(response, { resourceType: 'Patient', id: 'moved' })
        const own = `http://${headers.host}`
        const elsewhere = url.endsWith('/beside') ? `${own}/admin` : 'http://127.0.0.1:9/fhir'
        const to = url.endsWith('/here') ? `${own}/fhir` : elsewhere
        response.writeHead(302, { location: `${to}/Patient/moved` }).end()
      },
    })
    expect(await ask({ path: '/Patient/here' })).toMatchObject({
      statusCode: 200,
      json: { id: 'moved' },
    })
    expect(await ask({ path: '/Patient/beside' })).toMatchObject({ statusCode: 502 })
    expect(await ask({ path: '/Patient/out' })).toMatchObject({ statusCode: 502 })
    expect(ehr.fhirRequests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer ehr-token-1',
      'Bearer ehr-token-1',
      'Bearer ehr-token-1',
      'Bearer ehr-token-1',
    ])
  })

  it('passes a pause that the EHR asks for, and keeps to it (FD-45)', async () => {
    const { ask, ehr } = await givenFhirDoor({
      fhir: (_, response) => void response.writeHead(429, { 'retry-after': '30' }).end('busy'),
    })
    const first = await ask()
    expect(first).toMatchObject({
      statusCode: 429,
      headers: { 'retry-after': '30' },
      json: { issue: outcome('throttled', { isOurs: false }).issue },
    })
    expect(await ask()).toMatchObject({
      statusCode: 503,
      headers: { 'retry-after': '30' },
      json: outcome('throttled'),
    })
    expect(ehr.fhirRequests).toHaveLength(1)
  })

  it('adds what the vendor wants with every request, and never another token (CL-10)', async () => {
    const vendorOverrides = {
      fhirHeaders: {
        accept: 'application/json+fhir',
        Authorization: 'Basic eDp5',
        'X-Of': '{member}',
      },
      fhirQuery: { practice: 'Organization/a-1', code: 'mine', other: '{member}' },
    }
    const { ask, ehr } = await givenFhirDoor({ connection: { vendorOverrides } })
    await ask({ path: '/Observation?code=a' })
    expect(ehr.fhirRequests).toMatchObject([
      {
        url: '/fhir/Observation?code=a&practice=Organization%2Fa-1',
        headers: { accept: 'application/json+fhir', authorization: 'Bearer ehr-token-1' },
      },
    ])
    expect(ehr.fhirRequests[0]?.headers).not.toHaveProperty('x-of')
  })

  describe('what the door says of itself', () => {
    it('is told without credentials, and without asking the EHR (CL-03)', async () => {
      const { ask, ehr } = await givenFhirDoor()
      const anonymous = { token: undefined, sessionIds: [] }
      const metadata = await ask({ path: '/metadata', ...anonymous })
      expect(metadata).toMatchObject({
        statusCode: 200,
        json: {
          resourceType: 'CapabilityStatement',
          fhirVersion: '4.0.1',
          implementation: { url: OURS },
          rest: [{ mode: 'server' }],
        },
      })
      expect(metadata.text).toContain(`${PUBLIC_BASE_URL}/auth/token`)
      expect(await ask({ path: '/.well-known/smart-configuration', ...anonymous })).toMatchObject({
        statusCode: 200,
        json: {
          token_endpoint: `${PUBLIC_BASE_URL}/auth/token`,
          grant_types_supported: ['client_credentials'],
          token_endpoint_auth_methods_supported: ['private_key_jwt'],
        },
      })
      expect(ehr.fhirRequests).toEqual([])
    })

    it('is told of a base that some connection has, and of no other', async () => {
      const { ask } = await givenFhirDoor()
      for (const path of [
        '/fhir/R4/general/Staging/metadata',
        '/fhir/STU3/general/Production/metadata',
        '/fhir/R4/nobody/Production/.well-known/smart-configuration',
        '/.well-known/openid-configuration',
      ]) {
        expect(await ask({ path, token: undefined })).toMatchObject({ statusCode: 404 })
      }
    })

    it('is the EHR’s CapabilityStatement in a session, with our address and endpoints (FD-29)', async () => {
      const { ask } = await givenFhirDoor({
        fhir: ({ headers }, response) =>
          fhirJson(response, {
            resourceType: 'CapabilityStatement',
            implementation: { url: `http://${headers.host}/fhir`, description: 'EHR' },
            rest: [{ security: { extension: [{ valueUri: 'https://ehr/token' }] }, resource: [7] }],
          }),
      })
      const { json, text } = await ask({ path: '/metadata' })
      expect(json.implementation).toEqual({ url: OURS, description: 'EHR' })
      expect(json.rest[0].resource).toEqual([7])
      expect(text).not.toContain('https://ehr/token')
      expect(text).toContain(`${PUBLIC_BASE_URL}/auth/token`)
    })
  })
})
