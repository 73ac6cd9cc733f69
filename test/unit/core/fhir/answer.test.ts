import { describe, expect, it } from 'vitest'
import { type AnswerOptions, answerOf } from '#core/fhir/answer.ts'
import { addressMap } from '#core/fhir/ehr-addresses.ts'

const EHR = 'https://ehr.example/fhir'
const OURS = 'https://broker.example/live/fhir/R4/general/Production'
const JSON_TYPE = { 'content-type': 'application/fhir+json' }
const OUTCOME = JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ code: 'x' }] })

const answer = (upstream: Response, options: Partial<AnswerOptions> = {}) =>
  answerOf(upstream, {
    map: addressMap({
      ehrBase: EHR,
      ourBase: OURS,
      requestUrl: new URL(`${EHR}/Patient/1`),
      path: ['Patient', '1'],
      seal: () => 'sealed',
      sessionInQuery: 'abc',
    }),
    method: 'GET',
    ourBase: OURS,
    publicBaseUrl: 'https://broker.example/live',
    content: 'fhir',
    isWrite: false,
    referenceId: 'reference-1',
    ...options,
  })

describe('answerOf', () => {
  it('passes the listed header fields, its addresses on our base, and adds its own (FD-01, 20, 30, 34, 35)', async () => {
    const { status, headers } = await answer(
      new Response('{}', {
        status: 200,
        headers: {
          ...JSON_TYPE,
          etag: 'W/"7"',
          'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
          location: `${EHR}/Patient/1`,
          'content-location': `${EHR}/Patient/1/_history/7`,
          'x-request-id': 'r-1',
          'set-cookie': 'a=b',
          'www-authenticate': 'Bearer',
          'access-control-allow-origin': '*',
          'strict-transport-security': 'max-age=1',
          server: 'EHR 1.2',
          'content-length': '2',
          'cache-control': 'public, max-age=3600',
          'content-md5': 'x',
          connection: 'X-Secret',
          'x-secret': 's',
          'keep-alive': 'timeout=5',
          upgrade: 'h2c',
        },
      }),
    )
    expect({ status, headers }).toEqual({
      status: 200,
      headers: {
        ...JSON_TYPE,
        etag: 'W/"7"',
        'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
        location: `${OURS}/Patient/1`,
        'content-location': `${OURS}/Patient/1/_history/7`,
        'x-request-id': 'r-1',
        'content-length': '2',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      },
    })
  })

  it('leaves a foreign Location out, and makes a strong ETag weak (FD-20, 30, CL-05)', async () => {
    const headers = { ...JSON_TYPE, etag: '"7"', location: 'https://evil.example/Patient/1' }
    const { headers: ours } = await answer(new Response('{}', { headers }))
    expect(ours).not.toHaveProperty('location')
    expect(ours['etag']).toBe('W/"7"')
  })

  it.each([
    ['a redirect', 302, { location: `${EHR}/Patient/1` }],
    ['a redirect with FHIR in it', 303, { ...JSON_TYPE, location: `${EHR}/Patient/1` }],
    ['HTML', 200, { 'content-type': 'text/html' }],
    ['XML', 200, { 'content-type': 'application/fhir+xml' }],
    ['no media type', 200, { 'content-type': '' }],
    ['another charset', 200, { 'content-type': 'application/json; charset=utf-16' }],
    ['an unknown coding', 200, { ...JSON_TYPE, 'content-encoding': 'zstd' }],
  ])('refuses %s, and lets go of the connection', async (_, status, headers) => {
    let released = false
    const body = new ReadableStream({
      cancel() {
        released = true
      },
    })
    await expect(answer(new Response(body, { status, headers }))).rejects.toMatchObject({
      code: 'upstream_answer_invalid',
    })
    expect(released).toBe(true)
  })

  it.each([
    ['HTML', { 'content-type': 'text/html' }],
    ['no media type', { 'content-type': '' }],
    ['another charset', { 'content-type': 'application/json; charset=utf-16' }],
  ])(
    'passes the head of a write that was answered with %s, and not the content, nor that it is JSON (FD-37)',
    async (_, type) => {
      const headers = { ...type, etag: 'W/"1"', location: `${EHR}/Patient/1/_history/1` }
      const passed = await answer(new Response('<p>created</p>', { status: 201, headers }), {
        method: 'POST',
        isWrite: true,
      })
      expect(passed).toEqual({
        status: 201,
        headers: {
          'content-type': 'text/plain',
          etag: 'W/"1"',
          location: `${OURS}/Patient/1/_history/1`,
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
        },
        body: undefined,
      })
    },
  )

  it('refuses a redirect of a write', async () => {
    const upstream = new Response('', { status: 307, headers: { location: `${EHR}/Patient` } })
    await expect(answer(upstream, { method: 'POST', isWrite: true })).rejects.toMatchObject({
      code: 'upstream_answer_invalid',
    })
  })

  it('has no body with 304, and keeps its ETag', async () => {
    const upstream = new Response(null, { status: 304, headers: { etag: 'W/"7"' } })
    const { status, headers, body } = await answer(upstream)
    expect({ status, body, etag: headers['etag'] }).toEqual({
      status: 304,
      body: undefined,
      etag: 'W/"7"',
    })
  })

  it('has no body for HEAD', async () => {
    const { status, body } = await answer(new Response('{}', { headers: JSON_TYPE }), {
      method: 'HEAD',
    })
    expect({ status, body }).toEqual({ status: 200, body: undefined })
  })

  it('passes the content of a Binary byte for byte, with the fields that are true of it', async () => {
    const bytes = Buffer.from('{"link":[{"url":"https://ehr.example/fhir/x"}]}\u00ff', 'latin1')
    const headers = {
      'content-type': 'application/json',
      etag: '"7"',
      'content-range': 'bytes 0-9/20',
      'content-disposition': 'attachment',
    }
    const passed = await answer(new Response(bytes, { status: 206, headers }), {
      content: 'opaque',
    })
    expect(passed.headers).toMatchObject(headers)
    expect(
      Buffer.from(await new Response(ReadableStream.from(passed.body ?? [])).arrayBuffer()),
    ).toEqual(bytes)
  })

  it.each([403, 404, 409, 410, 412, 422, 429, 500, 503])(
    'passes %i with the OperationOutcome of the EHR as it was written',
    async (status) => {
      const headers = { ...JSON_TYPE, 'retry-after': '7', 'set-cookie': 'a=b' }
      const passed = await answer(new Response(OUTCOME, { status, headers }))
      expect(passed.status).toBe(status)
      expect(passed.headers).toMatchObject({ ...JSON_TYPE, 'retry-after': '7' })
      expect(passed.headers).not.toHaveProperty('set-cookie')
      expect(await new Response(ReadableStream.from(passed.body ?? [])).text()).toBe(OUTCOME)
    },
  )

  it.each([
    ['HTML', 404, 'text/html', '<h1>stack trace of the EHR</h1>', 'not-found'],
    ['JSON that is not FHIR', 503, 'application/json', '{"trace":"stack trace"}', 'transient'],
    ['what is no JSON', 500, 'application/fhir+json', 'stack trace', 'exception'],
    ['null', 400, 'application/json', 'null', 'invalid'],
    ['too much', 422, 'application/fhir+json', OUTCOME.padEnd(300_000), 'processing'],
  ])(
    'replaces an error in %s by an OperationOutcome (FD-40, 45)',
    async (_, status, type, text, code) => {
      const passed = await answer(new Response(text, { status, headers: { 'content-type': type } }))
      const body = await new Response(ReadableStream.from(passed.body ?? [])).text()
      expect(passed).toMatchObject({ status, headers: JSON_TYPE })
      expect(body).not.toContain('trace')
      expect(JSON.parse(body)).toMatchObject({
        resourceType: 'OperationOutcome',
        issue: [{ severity: 'error', code, diagnostics: 'Reference: reference-1' }],
      })
    },
  )
})
