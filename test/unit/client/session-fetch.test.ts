import { describe, expect, it } from 'vitest'
import { ClientError, EhrDownError, LaunchAgainError, SessionOverError } from '#client/index.ts'
import { BASE, FHIR_BASE, givenSession, outcome } from './given-session.ts'

describe('the fetch of a session', () => {
  it('carries a token that is bound to the session, and keeps it', async () => {
    const { session, asked, tokenForms } = givenSession()
    await session.fetch('Patient/1')
    await session.fetch('/Patient/2')

    expect(tokenForms.map((form) => form.get('session'))).toEqual(['session-1'])
    expect(asked.map(({ url }) => url)).toEqual([
      `${FHIR_BASE}/Patient/1`,
      `${FHIR_BASE}/Patient/2`,
    ])
    expect(asked[0]?.headers.get('authorization')).toBe('Bearer token-1')
    expect(asked[0]?.headers.get('accept')).toBe('application/fhir+json')
    expect(asked[0]?.url).not.toContain('session-1')
  })

  it('encodes what API Gateway refuses', async () => {
    const { session, asked } = givenSession()
    await session.fetch('Observation?code=http://loinc.org|8867-4;x={y}')

    expect(asked[0]?.url).toBe(
      `${FHIR_BASE}/Observation?code=http://loinc.org%7C8867-4%3Bx=%7By%7D`,
    )
  })

  it('takes a Request as well, with all that is in it', async () => {
    const { session, asked } = givenSession()
    const headers = { 'content-type': 'application/fhir+json', 'if-match': 'W/"1"' }
    await session.fetch(
      new Request(`${FHIR_BASE}/Patient/1?a=b|c`, { method: 'PUT', headers, body: '{"a":1}' }),
    )

    expect(asked[0]).toMatchObject({ method: 'PUT', body: '{"a":1}' })
    expect(asked[0]?.url).toBe(`${FHIR_BASE}/Patient/1?a=b%7Cc`)
    expect(asked[0]?.headers.get('if-match')).toBe('W/"1"')
    expect(asked[0]?.headers.get('content-type')).toBe('application/fhir+json')
  })

  it.each([
    'https://evil.example/fhir/R4/general/Development/Patient/1',
    '//evil.example/Patient/1',
    `${BASE}/fhir/R4/other/Development/Patient/1`,
    `${FHIR_BASE}-other/Patient/1`,
    '../../other/Development/Patient/1',
    '%2e%2e/Production/Patient/1',
    `${BASE}/session`,
  ])('sends nothing to %s', async (address) => {
    const { session, asked, tokenForms } = givenSession()

    await expect(session.fetch(address)).rejects.toMatchObject({ code: 'address_foreign' })
    expect([...asked, ...tokenForms]).toEqual([])
  })

  it('renews its token once when it is refused, and sends the body again', async () => {
    const { session, asked } = givenSession({
      answer: (_seen, count) => (count === 1 ? outcome(401, 'login') : Response.json({})),
    })
    const { status } = await session.fetch('Patient', { method: 'POST', body: '{}' })

    expect(status).toBe(200)
    expect(asked.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ])
    expect(asked.map(({ body }) => body)).toEqual(['{}', '{}'])
  })

  it('answers a second refusal as it came', async () => {
    const { session, asked } = givenSession({ answer: () => outcome(401, 'login') })

    expect((await session.fetch('Patient/1')).status).toBe(401)
    expect(asked).toHaveLength(2)
  })

  it('passes on every other answer, with its body', async () => {
    const { session } = givenSession({ answer: () => outcome(403, 'forbidden', 'policy_refused') })
    const answer = await session.fetch('Patient/1')

    expect(answer.status).toBe(403)
    expect(await answer.json()).toMatchObject({ issue: [{ code: 'forbidden' }] })
  })
})

describe('an answer that the whole page has to know', () => {
  const refused = async (answer: () => Response) => {
    const { session } = givenSession({ answer })
    return session.fetch('Patient/1').then(
      () => undefined,
      (error: unknown) => error as ClientError,
    )
  }

  it.each([
    [403, 'session_over'],
    [429, 'session_over_repeatedly'],
  ])('is that the session is over, by %i %s', async (status, code) => {
    const error = await refused(() => outcome(status, 'expired', code))

    expect(error).toBeInstanceOf(SessionOverError)
    expect(error).toBeInstanceOf(LaunchAgainError)
    expect(error).toMatchObject({ code: 'session_over', status })
  })

  it('is that the session is over, when there is no token for it any more', async () => {
    let tokens = 0
    const { session } = givenSession({
      answer: () => outcome(401, 'login', 'token_invalid'),
      tokenAnswer: () => {
        tokens += 1
        return tokens === 1
          ? Response.json({ access_token: 'token', expires_in: 300 })
          : Response.json({ error: 'invalid_grant' }, { status: 400 })
      },
    })

    await expect(session.fetch('Patient/1')).rejects.toBeInstanceOf(SessionOverError)
  })

  it.each([
    [403, 'grant_insufficient'],
    [412, 'patient_unexpected'],
  ])('is that only a new launch helps, by %i %s', async (status, code) => {
    const error = await refused(() => outcome(status, 'conflict', code))

    expect(error).toBeInstanceOf(LaunchAgainError)
    expect(error).not.toBeInstanceOf(SessionOverError)
    expect(error).toMatchObject({ code, status })
  })

  it.each([
    [502, 'upstream_unavailable', true],
    [503, 'upstream_throttled', false],
    [504, 'upstream_timeout', true],
    [502, undefined, true],
  ])('is that the EHR is down, by %i %s', async (status, code, mayBeDone) => {
    const error = await refused(() => outcome(status, 'transient', code))

    expect(error).toBeInstanceOf(EhrDownError)
    expect(error).toMatchObject({ code: 'ehr_down', status, mayBeDone })
  })

  it('says when a repetition makes sense', async () => {
    const headers = { 'retry-after': '7' }
    const error = await refused(() => new Response('', { status: 503, headers }))

    expect(error).toMatchObject({ retryAfterSeconds: 7 })
  })

  it.each([
    // The EHR's own, whatever its code, says nothing of our session.
    [403, 'expired', undefined],
    [412, 'conflict', undefined],
    [429, 'throttled', undefined],
    [502, 'exception', 'upstream_answer_invalid'],
    [500, 'exception', 'internal_error'],
  ])('is not %i %s of %s', async (status, issue, code) => {
    expect(await refused(() => outcome(status, issue, code))).toBeUndefined()
  })

  it('is that the broker was not reached, unless the caller gave up', async () => {
    const { session } = givenSession({
      answer: () => {
        throw new TypeError('fetch failed')
      },
    })

    await expect(session.fetch('Patient/1')).rejects.toMatchObject({ code: 'broker_unreachable' })
    const signal = AbortSignal.abort()
    await expect(session.fetch('Patient/1', { signal })).rejects.toThrow('fetch failed')
  })

  it('holds no SessionID and no token', async () => {
    const error = await refused(() => outcome(403, 'expired', 'session_over'))

    expect(`${error?.stack}${JSON.stringify(error)}`).not.toMatch(/session-1|token-1/)
    expect(error).toBeInstanceOf(ClientError)
  })
})
