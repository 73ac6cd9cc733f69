import { describe, expect, it } from 'vitest'
import { Secret } from '#core/secret.ts'
import { namedSession, SESSION_PARAMETER } from '#core/session/named-session.ts'
import { sessionKey } from '#core/session/session-id.ts'

const keyOf = (sessionId: string) => sessionKey(new Secret(sessionId))
const query = (...sessionIds: string[]) =>
  new URLSearchParams(
    sessionIds.map((sessionId): [string, string] => [SESSION_PARAMETER, sessionId]),
  )

describe('namedSession', () => {
  it.each([
    ['the query', { query: query('a'), header: [] }, false],
    ['the header', { query: query(), header: ['a'] }, false],
    ['a bound token', { query: query(), header: [], boundTo: keyOf('a') }, true],
    ['all three', { query: query('a', 'a'), header: ['a', 'a'], boundTo: keyOf('a') }, true],
  ])('takes it from %s (CL-01)', (_way, names, isBound) => {
    expect(namedSession(names)).toMatchObject({ key: keyOf('a'), isBound })
  })

  it('keeps the SessionID for links only where it came in the query', () => {
    expect(namedSession({ query: query('a'), header: ['a'] }).inQuery?.reveal()).toBe('a')
    expect(namedSession({ query: query(), header: ['a'] }).inQuery).toBeUndefined()
    expect(
      namedSession({ query: query(), header: [], boundTo: keyOf('a') }).inQuery,
    ).toBeUndefined()
  })

  it.each([
    ['in the query', { query: query('a', 'b'), header: [] }],
    ['in the header', { query: query(), header: ['a', 'b'] }],
    ['in query and header', { query: query('a'), header: ['b'] }],
    ['in query and token', { query: query('a'), header: [], boundTo: keyOf('b') }],
    ['in header and token', { query: query(), header: ['a'], boundTo: keyOf('b') }],
  ])('refuses two that differ %s (FD-05, CL-01)', (_where, names) => {
    expect(() => namedSession(names)).toThrow(expect.objectContaining({ code: 'session_conflict' }))
  })

  it.each([
    ['nothing', { query: query(), header: [] }],
    ['empty names', { query: query(''), header: [''] }],
  ])('says the three ways for %s (CL-02)', (_case, names) => {
    expect(() => namedSession(names)).toThrow(
      /_redox_session=<SessionID>.*X-Sallyport-Session.*session=<SessionID>/,
    )
  })
})
