import type { ServerResponse } from 'node:http'
import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, describe, expect, it } from 'vitest'
import { BrokerError, type ErrorCode } from '#core/errors.ts'
import { dataModelError } from '#http/data-model-error.ts'
import { type ErrorRenderer, type HttpHandler, httpHandler } from '#http/http-handler.ts'
import type { HttpRequest } from '#http/http-request.ts'
import { oauthError } from '#http/oauth-error.ts'
import { operationOutcomeError } from '#http/operation-outcome.ts'
import { ROUTES } from '../../lib/constructs/routes.ts'
import { plainBrowser } from '../support/browser.ts'
import type { FhirRequestSeen } from '../support/fake-ehr.ts'
import { type Operation, openApi } from '../support/openapi.ts'
import { recordingLog } from '../support/recording-log.ts'
import { send } from '../support/send.ts'
import { givenBroker } from './given-broker.ts'

const api = openApi()
const broker = await givenBroker({ ehr: { fhir: answerAsTold } })
afterAll(() => broker.close())

const signOn = async () => (await broker.signOn(plainBrowser())).message.body.Meta.SessionID
const session = await signOn()
const another = await signOn()
const appToken = await broker.appToken()
const boundToken = await broker.appToken('heartline', { session })

/** More than API Gateway takes. */
const TOO_LARGE = 'x'.repeat(11_000_000)

/** Every documented response, and every code of ours, that an answer has shown so far. */
const seen = new Set<string>()

/** The EHR answers as the request's id asks it to. */
function answerAsTold({ method, url, headers }: FhirRequestSeen, response: ServerResponse): void {
  const told = String(headers['x-request-id'] ?? '')
  if (told === 'hang-up') return void response.destroy()
  const isCreate = method === 'POST' && /\/fhir\/[A-Z]\w+$/.test(url)
  const status = Number(told) || (isCreate ? 201 : method === 'DELETE' ? 204 : 200)
  const resource =
    status >= 400
      ? { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'conflict' }] }
      : { resourceType: 'Patient', id: 'pat-1' }
  response.writeHead(status, {
    'content-type': 'application/fhir+json',
    ...(status === 201 && { location: `${broker.ehr.fhirBaseUrl}/Patient/pat-2` }),
    ...(status === 302 && { location: '/elsewhere' }),
  })
  response.end([204, 304].includes(status) ? undefined : JSON.stringify(resource))
}

interface Call {
  readonly authorization?: string
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly organization?: string
  readonly body?: string
}

/** The operation's path, with the document's examples in it. */
function pathOf({ path, examples }: Operation, changed: Readonly<Record<string, string>> = {}) {
  const values: Readonly<Record<string, string>> = { ...examples, ...changed }
  return path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name] ?? ''))
}

/** A request as the document describes it, but for what is changed. */
function request(operation: Operation, call: Call = {}): Promise<Response> {
  const { authorization = boundToken, organization } = call
  const path = pathOf(operation, organization === undefined ? {} : { organization })
  const { body } = operation
  const example =
    body?.mediaType === 'application/x-www-form-urlencoded'
      ? new URLSearchParams(body.example as Record<string, string>).toString()
      : JSON.stringify(body?.example)
  return send(`${broker.base}${path}${call.query ? `?${call.query}` : ''}`, {
    method: operation.method,
    headers: {
      ...(authorization && { authorization }),
      ...(body && { 'content-type': body.mediaType }),
      ...call.headers,
    },
    ...(body && { body: call.body ?? example }),
  })
}

/** Holds an answer to the document, and notes what it has shown. */
async function holds(operation: Operation, answer: Response, options?: { isOurs: boolean }) {
  const { faults, name, response, code } = await api.judge(operation, answer, options)
  expect(faults).toEqual([])
  seen.add(`${operation.id} ${response}`)
  if (options?.isOurs !== false) seen.add(`${name} › ${code}`)
  return { response, code }
}

/** An error as its door tells of it, where it takes a minute or a fault of ours to come about. */
async function told(code: ErrorCode, render: ErrorRenderer, operation: Operation) {
  const fails: HttpHandler = async () => {
    throw new BrokerError(code, code === 'session_busy' ? { retryAfterSeconds: 1 } : {})
  }
  const event = { httpMethod: operation.method, requestContext: { requestId: 'r-1' } }
  const { statusCode, headers, body } = await httpHandler(
    fails,
    recordingLog(),
    render,
  )(event as HttpRequest, {} as never)
  return new Response(body, { status: statusCode, headers: headers as Record<string, string> })
}

const tagged = (tag: string) =>
  api.operations.filter((one) => one.tag === tag).map((one) => [one.id, one] as const)

describe('docs/openapi.yaml', () => {
  it('is OpenAPI 3.1', async () => {
    const validator = new Validator()
    for (const { uri, schema } of api.schemas) await validator.addSpecRef({ ...schema }, uri)

    expect(await validator.validate(api.text)).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
    expect(new Set(api.operations.map(({ id }) => id)).size).toBe(api.operations.length)
  })

  it('has every route that an app calls, and no other', () => {
    const apps = ROUTES.filter(({ door }) =>
      ['token', 'session', 'fhir', 'data-model'].includes(door),
    )
    const documented = api.operations.map(({ method, path }) => ({ method, path }))

    for (const { path, methods } of apps) {
      const below = path.replace('/{path+}', '/')
      const there = documented.filter((one) =>
        path === below ? one.path === path : one.path.startsWith(below),
      )
      if (methods.includes('ANY')) expect(there.length, path).toBeGreaterThan(0)
      else expect(there.map(({ method }) => method).sort(), path).toEqual([...methods].sort())
    }
    const known = apps.map(({ path }) => path.replace('/{path+}', '/'))
    expect(
      documented.filter(
        ({ path }) =>
          !known.some((one) => path === one || (one.endsWith('/') && path.startsWith(one))),
      ),
    ).toEqual([])
  })

  it.each(api.operations.map((one) => [one.id, one] as const))(
    'has examples that fit: %s',
    (_id, operation) => {
      expect(api.exampleFaults(operation)).toEqual([])
    },
  )
})

describe('what is answered is what is documented', () => {
  it.each(api.operations.map((one) => [one.id, one] as const))(
    'where API Gateway answers by itself, of a body too large: %s',
    async (_id, operation) => {
      const answer = await send(`${broker.base}${pathOf(operation)}`, {
        method: operation.method,
        headers: { 'content-length': String(TOO_LARGE.length) },
        body: TOO_LARGE,
      })

      expect(answer.status).toBe(413)
      expect((await holds(operation, answer)).response).toBe('default')
    },
  )

  it.each(tagged('token').filter(([, { method }]) => method === 'POST'))(
    'at the token endpoint: %s',
    async (_id, operation) => {
      const form = async (changed: Record<string, string> = {}) => {
        const fields = {
          grant_type: 'client_credentials',
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: await broker.app.assertion(`${broker.base}${operation.path}`),
          ...changed,
        }
        return holds(
          operation,
          await request(operation, {
            authorization: '',
            body: new URLSearchParams(fields).toString(),
          }),
        )
      }

      expect((await form()).response).toBe('200')
      expect((await form({ session })).response).toBe('200')
      expect((await form({ grant_type: '' })).code).toBe('invalid_request')
      expect((await form({ grant_type: 'password' })).code).toBe('unsupported_grant_type')
      expect((await form({ scope: 'user/*.cruds' })).code).toBe('invalid_scope')
      expect((await form({ session: 'unknown' })).code).toBe('invalid_grant')
      expect((await form({ client_assertion: 'x.y.z' })).code).toBe('invalid_client')
      await holds(operation, await told('internal_error', oauthError, operation))
    },
  )

  it.each(['getKeys', 'getMessageKeys'])('at the key set of %s', async (name) => {
    const [keys] = api.operations.filter(({ id }) => id === name)
    if (!keys) throw new Error('not documented')

    expect((await holds(keys, await request(keys, { authorization: '' }))).response).toBe('200')
  })

  it.each(tagged('door'))('to anybody, of a base: %s', async (_id, operation) => {
    const anonymous = { authorization: '' }

    const known = await holds(operation, await request(operation, anonymous))
    expect(known.response).toBe('200')
    const unknown = await request(operation, { ...anonymous, organization: 'another' })
    expect((await holds(operation, unknown)).code).toBe('not-found')
  })

  it.each([...tagged('session'), ...tagged('fhir')])(
    'of a session, which is named in any of three ways: %s',
    async (id, operation) => {
      const ends = id === 'endSession'
      const good = operation.responses.find((one) => one.startsWith('2'))
      const [q, h, t] = ends
        ? [await signOn(), await signOn(), await signOn()]
        : Array(3).fill(session)
      for (const call of [
        { authorization: appToken, query: `_redox_session=${q}` },
        { authorization: appToken, headers: { 'x-sallyport-session': h } },
        { authorization: await broker.appToken('heartline', { session: t }) },
      ]) {
        const paged =
          id === 'readPage' ? { ...call, query: `${call.query ?? ''}&_getpages=x` } : call
        const answer = await request(operation, paged)
        const { response } = await holds(operation, answer)
        expect(response.startsWith('2'), `${id}: ${response}, ${good}`).toBe(true)
      }

      const code = async (call: Call) =>
        (await holds(operation, await request(operation, call))).code
      expect(await code({ authorization: '' })).toBe('login')
      expect(await code({ authorization: 'Bearer x' })).toBe('login')
      expect(await code({ authorization: appToken })).toBe('required')
      expect(await code({ headers: { 'x-sallyport-session': another } })).toBe('invalid')
      const over = { authorization: appToken, headers: { 'x-sallyport-session': `gone-${id}` } }
      for (const time of [1, 2, 3]) expect(await code(over), `time ${time}`).toBe('expired')
      expect(await code(over)).toBe('throttled')
      await holds(operation, await told('internal_error', operationOutcomeError, operation))
    },
  )

  it.each(tagged('fhir'))(
    'of the EHR, and of requests that do not reach it: %s',
    async (id, operation) => {
      const query = id === 'readPage' ? '_getpages=x' : ''
      const code = async (call: Call) =>
        (await holds(operation, await request(operation, { query, ...call }))).code
      const theirs = async (status: number) => {
        const headers = { 'x-request-id': String(status) }
        const answer = await request(operation, { query, headers })
        expect(answer.status).toBe(status)
        return holds(operation, answer, { isOurs: false })
      }

      for (const status of operation.responses.filter((one) => /^[23]/.test(one))) {
        await theirs(Number(status))
      }
      for (const status of [400, 403, 404, 409, 422, 429, 500, 503]) await theirs(status)

      const scope = 'system/Encounter.r'
      const narrow = await broker.appToken('heartline', { session, scope })
      expect(await code({ authorization: narrow })).toBe('forbidden')
      expect(await code({ organization: 'another' })).toBe('not-found')
      expect(await code({ headers: { accept: 'application/fhir+xml' } })).toBe('not-supported')
      if (operation.body) {
        expect(await code({ headers: { 'content-type': 'text/plain' } })).toBe('not-supported')
      }
      expect(await code({ headers: { 'x-request-id': 'hang-up' } })).toBe('transient')
      expect(await code({ headers: { 'x-request-id': '302' } })).toBe('exception')
      await holds(operation, await told('session_busy', operationOutcomeError, operation))
      await holds(operation, await told('upstream_timeout', operationOutcomeError, operation))
    },
  )

  it.each(tagged('data-model'))('of a message of a data model: %s', async (_id, operation) => {
    const status = async (call: Call) =>
      (await holds(operation, await request(operation, call))).response
    const about = (ID: string) =>
      JSON.stringify({ ...message, Patient: { Identifiers: [{ ID, IDType: 'FHIR' }] } })
    const message = operation.body?.example as Readonly<Record<string, unknown>>

    expect(await status({})).toBe('200')
    expect(await status({ body: '{' })).toBe('400')
    expect(await status({ authorization: '' })).toBe('401')
    expect(await status({ body: about('pat-2') })).toBe('403')
    for (const code of [
      'patient_not_found',
      'session_over_repeatedly',
      'internal_error',
      'session_busy',
      'data_model_write_incomplete',
      'upstream_timeout',
    ] as const) {
      await holds(operation, await told(code, dataModelError, operation))
    }
  })

  it('and nothing is documented that none of these answers was', () => {
    const documented = api.operations.flatMap(({ id, responses }) =>
      responses.map((response) => `${id} ${response}`),
    )

    expect(documented.length).toBeGreaterThan(100)
    expect(documented.filter((one) => !seen.has(one))).toEqual([])
    expect(api.codes.length).toBeGreaterThan(15)
    expect(api.codes.filter((one) => !seen.has(one))).toEqual([])
  })
})
