import { describe, expect, it } from 'vitest'
import { ASKED, normal, type Sent, tokens } from '../../../support/normal-form.ts'

/** How servers have been seen to say what they granted. */
const SCOPES: readonly (readonly [string, Partial<Sent>, Readonly<Record<string, unknown>>])[] = [
  [
    'scopes with spaces about (NF-17)',
    { body: tokens({ scope: 'a b  c ' }), scopes: ['a', 'b', 'c'] },
    { scopes: ['a', 'b', 'c'], warnings: [] },
  ],
  [
    'scopes of no context (NF-18)',
    { body: tokens({ scope: 'Patient.read Patient.search ' }) },
    {
      scopes: ['Patient.read', 'Patient.search'],
      warnings: expect.arrayContaining(['scope_legacy']),
    },
  ],
  [
    'a scope twice, in two cases (NF-19)',
    { body: tokens({ scope: 'patient/X.Read patient/X.read' }) },
    { scopes: ['patient/X.read'] },
  ],
  [
    'scopes as a list (NF-20)',
    { body: tokens({ scope: ['openid', 'x', 7] }) },
    { scopes: ['openid', 'x'] },
  ],
  [
    'scopes with commas, and white space about them all',
    { body: tokens({ scope: ' a,b\n' }) },
    { scopes: ['a', 'b'] },
  ],
  ['scopes with commas (NF-21)', { body: tokens({ scope: 'a,b' }) }, { scopes: ['a', 'b'] }],
  [
    'a filter with a comma',
    { body: tokens({ scope: 'patient/X.rs?category=a,b' }) },
    { scopes: ['patient/X.rs?category=a,b'] },
  ],
  [
    'scope null (NF-22)',
    { body: tokens({ scope: null }) },
    { scopes: ASKED, warnings: ['scope_unstated'] },
  ],
  [
    'no scope: what was asked for, or what the session has (NF-23)',
    { body: tokens({ scope: undefined }) },
    { scopes: ASKED, warnings: ['scope_unstated'] },
  ],
  [
    'scopes, and none of them',
    { body: tokens({ scope: ' ' }) },
    { scopes: [], warnings: ['scope_reduced'] },
  ],
  [
    'a scope behind its audience (NF-25)',
    { body: tokens({ scope: 'https://h/patient$Patient.read' }) },
    { scopes: ['patient/Patient.read'] },
  ],
  [
    'scopes with dots (NF-26)',
    { body: tokens({ scope: 'patient.*.read launch.patient' }) },
    { scopes: ['patient/*.read', 'launch/patient'] },
  ],
  [
    'a dotted scope that is not SMART’s',
    { body: tokens({ scope: 'user.email launch.it' }) },
    { scopes: ['user.email', 'launch.it'] },
  ],
  [
    'fewer scopes than asked for (SM-52, IN-27, NF-27)',
    { body: tokens({ scope: 'openid' }) },
    { scopes: ['openid'], warnings: ['scope_reduced'] },
  ],
  [
    'more scopes than asked for (NF-28)',
    { body: tokens({ scope: `${ASKED.join(' ')} user/X.read` }) },
    { scopes: [...ASKED, 'user/X.read'], warnings: ['scope_extra'] },
  ],
  [
    'the same meaning in the other version',
    { body: tokens({ scope: 'openid fhirUser patient/Observation.rs' }) },
    { warnings: [] },
  ],
  [
    'without its filter what was asked for with one, which gives more',
    { body: tokens({ scope: 'patient/X.rs' }), scopes: ['patient/X.rs?category=a'] },
    { warnings: ['scope_extra'] },
  ],
  [
    'with a filter what was asked for without one, which gives less',
    { body: tokens({ scope: 'patient/X.rs?category=a' }), scopes: ['patient/X.rs'] },
    { warnings: ['scope_reduced'] },
  ],
  [
    'more letters under the same filter',
    { body: tokens({ scope: 'patient/X.rs?category=a' }), scopes: ['patient/X.r?category=a'] },
    { warnings: ['scope_extra'] },
  ],
  [
    'another filter than was asked for',
    { body: tokens({ scope: 'patient/X.rs?category=b' }), scopes: ['patient/X.rs?category=a'] },
    { warnings: ['scope_reduced', 'scope_extra'] },
  ],
  [
    'online_access that a refresh lists (NF-30)',
    { body: tokens({ scope: 'online_access patient/X.rs' }) },
    { scopes: ['online_access', 'patient/X.rs'] },
  ],
]

describe('the scopes of a token response, in normal form', () => {
  it.each(SCOPES)('%s', async (_what, sent, expected) => {
    expect(await normal({ body: undefined, ...sent })).toMatchObject(expected)
  })
})
