import { once } from 'node:events'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Session } from '#core/session/session-store.ts'
import { NOW } from '../fixtures.ts'
import { PUBLIC_BASE_URL } from '../support/api-client.ts'
import { textOf } from '../support/streamed-lambda.ts'
import {
  anAppToken,
  type Fhir,
  fhirJson,
  OURS,
  outcome,
  givenFhirDoor as setup,
  startFhirServer,
} from './given-fhir-door.ts'

describe('the FHIR door', () => {
  describe('serves', () => {
    it('a read, with the session’s token and nothing of the app’s (FD-03, 35, SM-86)', async () => {
      const { ask, ehr, sessionId } = await setup()
      const { statusCode, headers, json } = await ask({
        headers: { Cookie: 'a=b', 'X-Forwarded-Host': 'evil.example' },
      })
      expect({ statusCode, headers }).toEqual({
        statusCode: 200,
        headers: {
          'content-type': 'application/fhir+json',
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
        },
      })
      expect(json).toMatchObject({ resourceType: 'Patient', id: 'pat-1' })
      expect(ehr.fhirRequests).toMatchObject([{ method: 'GET', url: '/fhir/Patient/pat-1' }])
      expect(ehr.fhirRequests[0]?.headers).toMatchObject({ authorization: 'Bearer ehr-token-1' })
      const sent = JSON.stringify(ehr.fhirRequests)
      expect(sent).not.toContain(sessionId)
      expect(sent).not.toContain('evil.example')
      expect(sent).not.toContain('cookie')
    })

    it('a search by GET, its query kept but for the session (FD-04)', async () => {
      const { ask, ehr } = await setup()
      const { statusCode } = await ask({
        path: '/Observation?code=http://loinc.org%7C1,http://loinc.org%7C2&date=ge2020&date=lt2021',
      })
      expect(statusCode).toBe(200)
      const url = new URL(ehr.fhirRequests[0]?.url ?? '', ehr.origin)
      expect([...url.searchParams]).toEqual([
        ['code', 'http://loinc.org|1,http://loinc.org|2'],
        ['date', 'ge2020'],
        ['date', 'lt2021'],
      ])
    })

    it('a search by POST, its form as it came (FD-09)', async () => {
      const { ask, ehr, sessionId } = await setup()
      const { statusCode } = await ask({
        method: 'POST',
        path: '/Observation/_search?_count=5',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: 'patient=pat-1&code=a%7Cb',
      })
      expect(statusCode).toBe(200)
      expect(ehr.fhirRequests).toMatchObject([
        {
          method: 'POST',
          url: '/fhir/Observation/_search?_count=5',
          body: 'patient=pat-1&code=a%7Cb',
        },
      ])
      expect(JSON.stringify(ehr.fhirRequests)).not.toContain(sessionId)
    })

    it('a HEAD without a body', async () => {
      const { ask, ehr } = await setup()
      expect(await ask({ method: 'HEAD' })).toMatchObject({ statusCode: 200, text: '' })
      expect(ehr.fhirRequests).toMatchObject([{ method: 'HEAD' }])
    })

    it('the next page, by the link of the first', async () => {
      const { ask, ehr, sessionId } = await setup({ fhir: twoPages })
      const first = await ask({ path: '/Observation?patient=pat-1' })
      const next: string = first.json.link[0].url
      const page = `${OURS}/Observation?_sallyport_page=`
      expect(next.startsWith(page)).toBe(true)
      expect(next.slice(page.length)).toMatch(/^[\w-]+&_redox_session=/)
      expect(next.endsWith(`=${sessionId}`)).toBe(true)
      expect(first.json.entry[0].fullUrl).toBe(`${OURS}/Observation/o1`)

      const path = next.slice(PUBLIC_BASE_URL.length)
      const second = await ask({ path, sessionIds: [] })
      expect(second.json).toMatchObject({ resourceType: 'Bundle', total: 2, link: [] })
      expect(ehr.fhirRequests.map(({ url }) => url)).toEqual([
        '/fhir/Observation?patient=pat-1',
        '/fhir/Observation?patient=pat-1&page=2',
      ])
    })

    it('a page, whatever its client adds to the link (CL-07), and no other parameter', async () => {
      const { ask, ehr } = await setup({ fhir: twoPages })
      const first = await ask({ path: '/Observation?patient=pat-1' })
      const { search } = new URL(first.json.link[0].url)
      const path = `/Observation${search}&_count=1000&_offset=2&patient=pat-2`
      const second = await ask({ path, sessionIds: [] })
      expect(second).toMatchObject({ statusCode: 200, json: { total: 2 } })
      expect(ehr.fhirRequests[1]?.url).toBe('/fhir/Observation?patient=pat-1&page=2')
    })

    it('a page at another host, if that is registered for pages', async () => {
      const pages = await startFhirServer(twoPages)
      const fhir: Fhir = ({ headers }, response) =>
        fhirJson(response, page('?', `http://${headers.host}/fhir`, `${pages.origin}/other`))
      const pagingHosts = [new URL(pages.origin).host]
      const { ask, ehr } = await setup({ fhir, connection: { vendorOverrides: { pagingHosts } } })
      const first = await ask({ path: '/Observation?a=1' })
      expect(first.text).not.toContain(pagingHosts[0])
      const path = first.json.link[0].url.slice(PUBLIC_BASE_URL.length)
      expect(await ask({ path, sessionIds: [] })).toMatchObject({ statusCode: 200 })
      expect(pages.fhirRequests).toMatchObject([
        { url: '/other/Observation?&page=2', headers: { authorization: 'Bearer ehr-token-1' } },
      ])
      expect(ehr.fhirRequests).toHaveLength(1)
    })

    it('a session named twice alike, as clients do that add it to a page’s link', async () => {
      const { ask, sessionId } = await setup()
      const { statusCode } = await ask({ sessionIds: [sessionId, sessionId] })
      expect(statusCode).toBe(200)
    })

    it('an answer that is compressed although nobody asked for it', async () => {
      const { ask } = await setup({
        fhir: ({ url }, response) =>
          void response
            .writeHead(200, { 'content-type': 'application/fhir+json', 'content-encoding': 'gzip' })
            .end(gzipSync(JSON.stringify(page(url, `http://${response.req.headers.host}/fhir`)))),
      })
      const { headers, json } = await ask({ path: '/Observation?a=1' })
      expect(json.entry[0].fullUrl).toBe(`${OURS}/Observation/o1`)
      expect(headers).not.toHaveProperty('content-encoding')
    })

    it('an answer of which the EHR has sent only the beginning', async () => {
      let finish = () => {}
      const { call } = await setup({
        fhir: (_, response) => {
          response.writeHead(200, { 'content-type': 'application/fhir+json' })
          response.write('{"resourceType":"Bundle",')
          finish = () => void response.end('"total":0}')
        },
      })
      const answer = await call({ path: '/Observation?a=1' })
      const [first] = await once(answer.body, 'data')
      expect(String(first)).toBe('{"resourceType":"Bundle",')
      finish()
      const [rest] = await once(answer.body, 'data')
      expect(String(rest)).toBe('"total":0')
      const [closing] = await once(answer.body, 'data')
      expect(String(closing)).toBe('}')
      await answer.returned
    })
  })

  it('reads no further at the EHR than its own caller does, and stops when that goes', async () => {
    const chunk = Buffer.from(`"${'x'.repeat(16 * 1024)}",`)
    let pulled = 0
    let stopped = false
    const { call } = await setup({
      egress: async () =>
        new Response(
          new ReadableStream({
            start: (controller) => controller.enqueue(Buffer.from('{"resourceType":"Basic","x":[')),
            pull(controller) {
              pulled += 1
              controller.enqueue(chunk)
            },
            cancel() {
              stopped = true
            },
          }),
          { headers: { 'content-type': 'application/fhir+json' } },
        ),
    })
    const answer = await call({ path: '/Basic/1' })
    await turns(500)
    expect(pulled).toBeGreaterThan(0)
    expect(pulled).toBeLessThan(50)

    answer.body.destroy()
    await expect(answer.returned).rejects.toThrow()
    expect(stopped).toBe(true)
  })

  it('cuts its body off where the EHR’s was, and logs it (FD-47)', async () => {
    const { call, lines } = await setup({
      fhir: (_, response) => {
        const head = { 'content-type': 'application/fhir+json', 'content-length': 900_000 }
        response.writeHead(200, head)
        response.write('{"resourceType":"Patient",', () => response.destroy())
      },
    })
    const answer = await call()
    await expect(textOf(answer)).rejects.toThrow()
    await expect(answer.returned).rejects.toMatchObject({ code: 'upstream_interrupted' })
    expect(answer.body.writableFinished).toBe(false)
    expect(lines.at(-1)).toEqual([
      'request_failed',
      expect.objectContaining({ code: 'upstream_interrupted', referenceId: 'reference-1' }),
    ])
  })

  it('says so where a short body of the EHR was cut off, as nothing of it has gone out', async () => {
    const { ask } = await setup({
      fhir: ({ method }, response) => {
        const head = { 'content-type': 'application/fhir+json', 'content-length': 900 }
        response.writeHead(method === 'POST' ? 201 : 200, { ...head, etag: 'W/"1"' })
        response.write('{"resourceType":"Patient",', () => response.destroy())
      },
    })
    expect(await ask()).toMatchObject({ statusCode: 502, json: outcome('transient') })
    const headers = { 'Content-Type': 'application/fhir+json' }
    const created = await ask({ method: 'POST', path: '/Patient', headers, body: '{}' })
    expect(created).toMatchObject({ statusCode: 201, headers: { etag: 'W/"1"' }, text: '' })
  })

  it('never emits the closing byte of a body that it rewrites before the EHR’s has ended', async () => {
    const { call } = await setup({
      fhir: (_, response) => {
        const head = { 'content-type': 'application/fhir+json', 'content-length': 900_000 }
        response.writeHead(200, head)
        response.write('{"resourceType":"Bundle"}', () => response.destroy())
      },
    })
    const answer = await call({ path: '/Observation?a=1' })
    const seen: string[] = []
    answer.body.on('data', (chunk) => seen.push(String(chunk)))
    await expect(answer.returned).rejects.toMatchObject({ code: 'upstream_interrupted' })
    expect(seen.join('')).toBe('{"resourceType":"Bundle"')
    expect(answer.headers).not.toHaveProperty('content-length')
  })

  it('cuts its body off where the EHR’s is no JSON any more', async () => {
    const { call } = await setup({
      fhir: (_, response) =>
        void response
          .writeHead(200, { 'content-type': 'application/fhir+json' })
          .end('{"resourceType":"Bundle"'),
    })
    await expect(textOf(await call())).rejects.toMatchObject({ code: 'upstream_answer_invalid' })
  })

  describe('refuses', () => {
    it.each([
      ['no token', undefined, 'token_missing', 'Bearer realm="sallyport"'],
      ['a word', 'word', 'token_invalid', 'Bearer realm="sallyport", error="invalid_token"'],
    ])('%s (FD-40, 41)', async (_, token, code, challenge) => {
      const { ask, ehr, lines } = await setup()
      const { statusCode, headers, json } = await ask({ token })
      expect(statusCode).toBe(401)
      expect(headers).toMatchObject({
        'content-type': 'application/fhir+json',
        'www-authenticate': challenge,
        'cache-control': 'no-store',
      })
      expect(json).toMatchObject(outcome('login'))
      expect(lines).toMatchObject([['request_refused', { code, referenceId: 'reference-1' }]])
      expect(ehr.fhirRequests).toEqual([])
    })

    it('an expired token', async () => {
      const { ask } = await setup()
      const token = await anAppToken({ iat: NOW - 600, exp: NOW - 300 })
      expect(await ask({ token })).toMatchObject({ statusCode: 401, json: outcome('login') })
    })

    it('a page of another session, of another path, and one that is made up', async () => {
      const mine = await setup({ fhir: twoPages })
      const first = await mine.ask({ path: '/Observation?patient=pat-1' })
      const search = new URL(first.json.link[0].url).search.split('&')[0] ?? ''
      const other = await setup()
      for (const answer of [
        await other.ask({ path: `/Observation${search}` }),
        await mine.ask({ path: `/Condition${search}` }),
        await mine.ask({ path: '/Observation?_sallyport_page=made-up' }),
        await mine.ask({ path: `/Observation${search}${search.replace('?', '&')}` }),
      ]) {
        expect(answer).toMatchObject({ statusCode: 400, json: outcome('expired') })
      }
      expect(mine.ehr.fhirRequests).toHaveLength(1)
      expect(other.ehr.fhirRequests).toEqual([])
    })

    it('a page by a token that could not have searched for it', async () => {
      const { ask, ehr } = await setup({ fhir: twoPages })
      const first = await ask({ path: '/Observation?_include=Observation:subject' })
      const { search } = new URL(first.json.link[0].url)
      const token = await anAppToken({ scope: 'system/Observation.rs' })
      const path = `/Observation${search}`
      expect(await ask({ path, sessionIds: [], token })).toMatchObject({ statusCode: 403 })
      expect(ehr.fhirRequests).toHaveLength(1)
    })

    it('a request without a session', async () => {
      const { ask } = await setup()
      for (const sessionIds of [[], ['']]) {
        expect(await ask({ sessionIds })).toMatchObject({
          statusCode: 400,
          json: outcome('required'),
        })
      }
    })

    it('two sessions (FD-05)', async () => {
      const { ask, sessionId } = await setup()
      const answer = await ask({ sessionIds: [sessionId, 'another'] })
      expect(answer).toMatchObject({ statusCode: 400, json: outcome('invalid') })
    })

    it('with one answer: an unknown session, an ended one, an idle one and another app’s (FD-43)', async () => {
      const unknown = await setup()
      const answers = [await unknown.ask({ sessionIds: ['unknown'] })]
      for (const session of [
        { status: 'ending' },
        { expiresAt: NOW },
        { lastUsedAt: NOW - 3_600 },
        { app: 'another' },
      ] satisfies Partial<Session>[]) {
        const { ask, ehr } = await setup({ session })
        answers.push(await ask())
        expect(ehr.fhirRequests).toEqual([])
      }
      const another = await setup()
      answers.push(await another.ask({ token: await anAppToken({ app: 'another' }) }))

      const [first] = answers
      expect(first).toMatchObject({ statusCode: 403, json: outcome('expired') })
      for (const { statusCode, headers, text } of answers) {
        expect({ statusCode, headers, text }).toEqual({
          statusCode: 403,
          headers: first?.headers,
          text: first?.text,
        })
      }
    })

    it.each([
      ['another organization’s path', '/fhir/R4/another/Production/Patient/pat-1'],
      ['the organization in capitals', '/fhir/R4/General/Production/Patient/pat-1'],
      ['another environment', '/fhir/R4/general/Development/Patient/pat-1'],
      ['the environment in lower case', '/fhir/R4/general/production/Patient/pat-1'],
      ['another version', '/fhir/STU3/general/Production/Patient/pat-1'],
      ['a version that nobody has', '/fhir/R9/general/Production/Patient/pat-1'],
    ])('%s', async (_, path) => {
      const { ask, ehr } = await setup()
      expect(await ask({ path })).toMatchObject({ statusCode: 404, json: outcome('not-found') })
      expect(ehr.fhirRequests).toEqual([])
    })

    it('a connection that has become another app’s since the launch', async () => {
      const { ask, ehr } = await setup({ connection: { app: 'another' } })
      expect(await ask()).toMatchObject({ statusCode: 404, json: outcome('not-found') })
      expect(ehr.fhirRequests).toEqual([])
    })

    it.each(['/../admin', '/%2e%2e/admin', '/%252e%252e/admin', '//Patient', '/Patient%2F..'])(
      'the path %s',
      async (path) => {
        const { ask, ehr } = await setup()
        expect(await ask({ path })).toMatchObject({ statusCode: 400, json: outcome('invalid') })
        expect(ehr.fhirRequests).toEqual([])
      },
    )

    it('what it does not serve at a path, and says what it does (FD-07, 40)', async () => {
      const { ask, ehr } = await setup()
      const posted = await ask({ method: 'POST', body: '{}' })
      expect(posted).toMatchObject({
        statusCode: 405,
        headers: { allow: 'GET, HEAD, PUT, PATCH, DELETE' },
        json: outcome('not-supported'),
      })
      expect(await ask({ method: 'PUT', path: '/', body: '{}' })).toMatchObject({
        statusCode: 405,
        headers: { allow: 'POST' },
      })
      for (const method of ['OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND']) {
        const { statusCode, headers } = await ask({
          method,
          headers: { Origin: 'https://a.example' },
        })
        expect([statusCode, headers['allow']]).toEqual([405, 'GET, HEAD, PUT, PATCH, DELETE'])
        expect(Object.keys(headers).join()).not.toMatch(/access-control/i)
      }
      expect(ehr.fhirRequests).toEqual([])
    })

    it('XML, asked for or sent (FD-28)', async () => {
      const { ask, ehr } = await setup()
      expect(await ask({ path: '/Patient/pat-1?_format=xml' })).toMatchObject({ statusCode: 406 })
      expect(
        await ask({
          method: 'POST',
          path: '/Patient/_search',
          headers: { 'Content-Type': 'application/fhir+xml' },
          body: '<Parameters/>',
        }),
      ).toMatchObject({ statusCode: 415, json: outcome('not-supported') })
      expect(ehr.fhirRequests).toEqual([])
    })

    it('to name a session in a form', async () => {
      const { ask, ehr, sessionId } = await setup()
      const answer = await ask({
        method: 'POST',
        path: '/Patient/_search',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: `name=x&_redox_session=${sessionId}`,
      })
      expect(answer).toMatchObject({ statusCode: 400, json: outcome('invalid') })
      expect(ehr.fhirRequests).toEqual([])
    })

    it('a next page at another host: the link leads to an error, not to the host', async () => {
      const { ask, ehr } = await setup({
        fhir: (_, response) =>
          fhirJson(response, {
            resourceType: 'Bundle',
            link: [{ relation: 'next', url: 'https://evil.example/fhir/Patient?page=2' }],
          }),
      })
      const first = await ask({ path: '/Patient?name=x' })
      const next: string = first.json.link[0].url
      expect(next.startsWith(`${OURS}/Patient?`)).toBe(true)

      const followed = await ask({ path: next.slice(PUBLIC_BASE_URL.length), sessionIds: [] })
      expect(followed).toMatchObject({ statusCode: 502, json: outcome('exception') })
      // A client that keeps nothing but the query of a link, and adds to it.
      const query = next.slice(next.indexOf('?'))
      const rebuilt = await ask({ path: `/Patient${query}&_count=1000`, sessionIds: [] })
      expect(rebuilt).toMatchObject({ statusCode: 502 })
      expect(ehr.fhirRequests).toHaveLength(1)
    })
  })

  describe('when the EHR', () => {
    it('refuses the token, renews it and repeats the request once (FD-44, BE-01)', async () => {
      const { ask, ehr } = await setup({
        fhir: ({ headers }, response) =>
          headers.authorization === 'Bearer ehr-token-2'
            ? fhirJson(response, { resourceType: 'Patient' })
            : fhirJson(response, {}, 401),
      })
      expect(await ask()).toMatchObject({ statusCode: 200 })
      expect(ehr.fhirRequests).toHaveLength(2)
    })

    it('refuses the renewed token too, says that the session is over', async () => {
      const { ask, ehr } = await setup({
        fhir: (_, response) =>
          void response.writeHead(401, { 'www-authenticate': 'Bearer realm="ehr"' }).end(),
      })
      const { statusCode, headers, json } = await ask()
      expect({ statusCode, json }).toMatchObject({ statusCode: 403, json: outcome('expired') })
      expect(headers).not.toHaveProperty('www-authenticate')
      expect(ehr.fhirRequests).toHaveLength(2)
    })

    it('refuses the renewed token too, ends the session and logs it (FD-44)', async () => {
      const { ask, ehr, lines, sessions, launched } = await setup({
        fhir: (_, response) => void response.writeHead(401).end(),
      })
      await ask()
      expect(await sessions.read(launched.id)).toMatchObject({ status: 'reauthorization-required' })
      expect(lines[0]).toEqual([
        'session_reauthorization_required',
        {
          referenceId: 'reference-1',
          launchId: 'abcdefgh',
          app: 'heartline',
          connection: 'general-production',
        },
      ])
      expect(await ask()).toMatchObject({ statusCode: 403, json: outcome('expired') })
      expect(ehr.fhirRequests).toHaveLength(2)
    })

    it.each([
      ['GET', '/Patient/pat-1'],
      ['POST', '/Patient/_search'],
    ])('hangs up before it answers a %s, asks once more (FD-09, 16)', async (method, path) => {
      let asked = 0
      const { ask } = await setup({
        fhir: (_, response) => {
          asked += 1
          if (asked === 1) response.destroy()
          else fhirJson(response, { resourceType: 'Patient' })
        },
      })
      expect(await ask({ method, path })).toMatchObject({ statusCode: 200 })
      expect(asked).toBe(2)
    })

    it('always hangs up, says that it may pass, and of a write that it may have been done (FD-46)', async () => {
      const { ask, ehr } = await setup({ fhir: (_, response) => void response.destroy() })
      expect(await ask()).toMatchObject({ statusCode: 502, json: outcome('transient') })
      const headers = { 'Content-Type': 'application/fhir+json' }
      const written = await ask({ method: 'POST', path: '/Patient', headers, body: '{}' })
      expect(written).toMatchObject({ statusCode: 502, json: outcome('transient') })
      expect(written.text).toContain('check before repeating a write')
      expect(ehr.fhirRequests.map(({ method }) => method)).toEqual(['GET', 'GET', 'POST'])
    })

    it('finds nothing, passes that on (SM-88)', async () => {
      const body = { resourceType: 'OperationOutcome', issue: [{ code: 'not-found' }] }
      const { ask } = await setup({ fhir: (_, response) => fhirJson(response, body, 404) })
      expect(await ask()).toMatchObject({ statusCode: 404, json: body })
    })

    it('answers an error in HTML, replaces it', async () => {
      const { ask } = await setup({
        fhir: (_, response) =>
          void response.writeHead(503, { 'content-type': 'text/html' }).end('<h1>stack trace</h1>'),
      })
      const { statusCode, text, json } = await ask()
      const { issue } = outcome('transient', { isOurs: false })
      expect({ statusCode, json }).toMatchObject({ statusCode: 503, json: { issue } })
      expect(text).not.toContain('stack trace')
    })

    it.each([
      ['redirects', 302, { location: 'https://evil.example/' }],
      ['answers HTML', 200, { 'content-type': 'text/html' }],
    ])('%s, says that it is not FHIR', async (_, status, headers) => {
      const { ask } = await setup({
        fhir: (_request, response) => void response.writeHead(status, headers).end('<p>'),
      })
      expect(await ask()).toMatchObject({ statusCode: 502, json: outcome('exception') })
    })
  })

  it('notes the use of a session when the last note is old', async () => {
    const { ask, sessions, launched } = await setup({ session: { lastUsedAt: NOW - 1_800 } })
    await ask()
    expect(await sessions.read(launched.id)).toMatchObject({ lastUsedAt: NOW })
  })

  it('notes no use when the last note is recent', async () => {
    const { ask, sessions, launched } = await setup({ session: { lastUsedAt: NOW - 10 } })
    await ask()
    expect(await sessions.read(launched.id)).toMatchObject({ lastUsedAt: NOW - 10 })
  })

  it('logs what it served without naming session, token, patient or query', async () => {
    const { ask, lines, sessionId } = await setup()
    await ask({ path: '/Patient/pat-1?_elements=name' })
    await ask({ path: '/Patient/pat-1/secret-part', token: await anAppToken() })
    expect(lines[0]).toEqual([
      'fhir_request_served',
      {
        launchId: 'abcdefgh',
        referenceId: 'reference-1',
        connection: 'general-production',
        method: 'GET',
        status: 200,
        durationMs: 0,
      },
    ])
    const text = JSON.stringify(lines)
    for (const secret of [sessionId, 'ehr-token', 'pat-1', '_elements', 'secret-part']) {
      expect(text).not.toContain(secret)
    }
  })
})

/** A page of observations whose next link is absolute, as most servers write it. */
function page(url: string, base: string, pagedAt = base) {
  const isLast = url.includes('page=2')
  const query = url.split('?')[1]
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    total: 2,
    link: isLast ? [] : [{ relation: 'next', url: `${pagedAt}/Observation?${query}&page=2` }],
    entry: [{ fullUrl: `${base}/Observation/o1`, resource: { resourceType: 'Observation' } }],
  }
}

const twoPages: Fhir = ({ url, headers }, response) =>
  fhirJson(response, page(url, `http://${headers.host}/fhir`))

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await nextTurn()
}
