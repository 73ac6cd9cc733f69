import { describe, expect, it } from 'vitest'
import { tokenTimes } from '#core/oauth/token-times.ts'

/** 2026-01-01T00:00:00Z. */
const RECEIVED_AT = 1_767_225_600
const USUAL = 3_600
const LONGEST = 31 * 24 * 3_600

const timesOf = (members: object) => tokenTimes({ ...members }, RECEIVED_AT, USUAL)
const lifeOf = (members: object) => timesOf(members).expiresAt - RECEIVED_AT

describe('the life of a token', () => {
  it.each([
    [600, 600],
    [600.9, 600],
    ['600', 600],
    [' 600 ', 600],
    ['600.95', 600],
    [1, 1],
    [LONGEST, LONGEST],
  ])('is %j seconds where it is stated so', (expires_in, life) => {
    expect(lifeOf({ expires_in })).toBe(life)
    expect(timesOf({ expires_in }).warnings).toEqual([])
  })

  it.each([0, -1, '0', '', 'soon', '600 s', 's 600', '6e2', '1.', '0x10', null, [600], Number.NaN])(
    'is the vendor’s usual one where it is stated as %j',
    (expires_in) => {
      expect(lifeOf({ expires_in })).toBe(USUAL)
      expect(timesOf({ expires_in }).warnings).toEqual(['expires_in_unstated'])
    },
  )

  it('is no longer than a month, and that is told', () => {
    expect(lifeOf({ expires_in: LONGEST + 1 })).toBe(LONGEST)
    expect(timesOf({ expires_in: LONGEST + 1 }).warnings).toEqual(['expires_in_too_long'])
  })

  it.each([
    ['expires', 600],
    ['expires_on', RECEIVED_AT + 600],
    ['expires_on', `${RECEIVED_AT + 600}`],
    ['expires_at', '2026-01-01T00:10:00Z'],
    ['expires_at', ' 2026-01-01T00:10:00Z '],
    ['expires_at', ' 2026-01-01 00:10:00Z '],
    ['expires_at', '2026-01-01 00:10:00 UTC'],
    ['expires_at', '2026-01-01 05:10:00.5+05:00'],
  ])('is found under another name: %s %j', (name, value) => {
    expect(lifeOf({ [name]: value })).toBe(600)
  })

  it.each(['2026-01-01T00:00:00Z', '2020-01-01T00:00:00Z', 'tomorrow', true])(
    'is not that of a moment that is over, or none: %j',
    (expires_at) => {
      expect(lifeOf({ expires_at })).toBe(USUAL)
      expect(timesOf({ expires_at }).warnings).toEqual(['expires_in_unstated'])
    },
  )
})

describe('what else ends', () => {
  it('is the refresh token, and the person’s consent, where the answer says so', () => {
    expect(
      timesOf({
        expires_in: 600,
        refresh_expires_in: 7_200,
        access_grant_expiration: '2027-01-01T00:00:00Z',
      }),
    ).toEqual({
      expiresAt: RECEIVED_AT + 600,
      refreshExpiresAt: RECEIVED_AT + 7_200,
      consentExpiresAt: 1_798_761_600,
      warnings: [],
    })
    expect(timesOf({ expires_in: 600 })).toEqual({ expiresAt: RECEIVED_AT + 600, warnings: [] })
  })
})
