import { describe, expect, it } from 'vitest'
import { NOW } from '../../../fixtures.ts'
import { normal, type Sent, tokens } from '../../../support/normal-form.ts'

/** How servers have been seen to say how long a token lives, and when it ends. */
const TIMES: readonly (readonly [string, Partial<Sent>, Readonly<Record<string, unknown>>])[] = [
  ['a life in seconds (NF-05)', { body: tokens({ expires_in: 570 }) }, { expiresAt: NOW + 570 }],
  ['a life as text (NF-06)', { body: tokens({ expires_in: '3599' }) }, { expiresAt: NOW + 3_599 }],
  [
    'a life with a fraction (NF-07)',
    { body: tokens({ expires_in: 16_768.523842 }) },
    { expiresAt: NOW + 16_768 },
  ],
  [
    'a life as 3600.0',
    { body: '{"access_token":"at","token_type":"bearer","expires_in":3600.0}' },
    { expiresAt: NOW + 3_600 },
  ],
  [
    'no life (NF-08)',
    {
      body: tokens({ expires_in: undefined }),
      vendor: { vendorOverrides: { defaultTokenSeconds: 900 } },
    },
    { expiresAt: NOW + 900, warnings: ['expires_in_unstated'] },
  ],
  [
    'a life of zero with a token (NF-09)',
    { body: tokens({ expires_in: 0 }) },
    { expiresAt: NOW + 3_600, warnings: ['expires_in_unstated'] },
  ],
  ['a life below zero', { body: tokens({ expires_in: -1 }) }, { expiresAt: NOW + 3_600 }],
  [
    'a life of ages',
    { body: tokens({ expires_in: 1e12 }) },
    { expiresAt: NOW + 31 * 86_400, warnings: ['expires_in_too_long'] },
  ],
  [
    'a life that is no number',
    { body: tokens({ expires_in: 'soon' }) },
    { expiresAt: NOW + 3_600 },
  ],
  [
    'expires in place of expires_in (NF-11)',
    { body: tokens({ expires_in: undefined, expires: 5_183 }) },
    { expiresAt: NOW + 5_183 },
  ],
  [
    'expires_on where expires_in is missing (NF-12)',
    { body: tokens({ expires_in: undefined, expires_on: `${NOW + 700}`, not_before: `${NOW}` }) },
    { expiresAt: NOW + 700 },
  ],
  [
    'expires_on beside expires_in (NF-12)',
    { body: tokens({ expires_on: '1503394903' }) },
    { expiresAt: NOW + 60 },
  ],
  [
    'ext_expires_in (NF-13)',
    { body: tokens({ ext_expires_in: 0 }) },
    { expiresAt: NOW + 60, extras: {} },
  ],
  [
    'the life of a refresh token (NF-14)',
    { body: tokens({ refresh_expires_in: 1_800 }) },
    { refreshExpiresAt: NOW + 1_800 },
  ],
  [
    'a refresh token’s life of zero, which is not known (NF-15)',
    { body: tokens({ refresh_expires_in: 0 }) },
    { refreshExpiresAt: undefined },
  ],
  [
    'the end of the consent, with a space in it (NF-16)',
    { body: tokens({ access_grant_expiration: '2026-09-05 19:17:53Z' }) },
    { consentExpiresAt: Date.parse('2026-09-05T19:17:53Z') / 1_000 },
  ],
]

describe('the times of a token response, in normal form', () => {
  it.each(TIMES)('%s', async (_what, sent, expected) => {
    expect(await normal({ body: undefined, ...sent })).toMatchObject(expected)
  })
})
