import { describe, expect, it } from 'vitest'
import { authorizationResponse } from '#core/redirect/authorization-response.ts'

const read = (query: string) => authorizationResponse(new URLSearchParams(query))

describe('an authorization response', () => {
  it('may have parameters that nobody knows (OA-03)', () => {
    expect(read('state=s&code=c&session_state=x&scope=openid')).toMatchObject({ state: 's' })
  })

  it.each(['state', 'code', 'iss', 'error', 'response'])('has its %s once at most', (parameter) => {
    expect(() => read(`state=s&code=c&${parameter}=1&${parameter}=2`)).toThrow(
      expect.objectContaining({ code: 'authorization_response_invalid' }),
    )
  })

  it.each(['', 'code=c', 'state=&code=c', 'error=access_denied'])(
    'without a state is nobody’s: %j (RP-25, SM-22)',
    (query) => {
      expect(() => read(query)).toThrow(expect.objectContaining({ code: 'state_unknown' }))
    },
  )

  it('that is signed as a whole was not asked for, and is refused by name (RP-33, JA-01)', () => {
    expect(() => read('response=eyJhbGciOiJub25lIn0.e30.')).toThrow(
      expect.objectContaining({
        code: 'authorization_response_invalid',
        detail: { parameter: 'response', reason: 'jarm_unasked' },
      }),
    )
  })
})
