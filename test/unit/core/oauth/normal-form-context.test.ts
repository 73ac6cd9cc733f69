import { describe, expect, it } from 'vitest'
import { BASE, jwt, normal, type Sent, tokens } from '../../../support/normal-form.ts'

/** What servers have been seen to say of the launch’s context, and beside. */
const CONTEXTS: readonly (readonly [string, Partial<Sent>, Readonly<Record<string, unknown>>])[] = [
  ['a patient (NF-31)', { body: tokens({ patient: 'abc' }) }, { patient: 'abc' }],
  [
    'a patient as a reference (SM-60, NF-32)',
    { body: tokens({ patient: 'Patient/1234' }) },
    { patient: '1234' },
  ],
  [
    'a patient below the FHIR base (NF-33)',
    { body: tokens({ patient: `${BASE}/Patient/1234` }) },
    { patient: '1234' },
  ],
  [
    'a patient with a minus (NF-34)',
    { body: tokens({ patient: '-20140000000001' }) },
    { patient: '-20140000000001' },
  ],
  ['a patient of null', { body: tokens({ patient: null }) }, { patient: undefined }],
  ['an empty patient', { body: tokens({ patient: '' }) }, { patient: undefined }],
  ['a patient as a number', { body: tokens({ patient: 1234 }) }, { patient: '1234' }],
  [
    'an encounter as a reference',
    { body: tokens({ encounter: 'Encounter/9' }) },
    { encounter: '9' },
  ],
  [
    'a patient in a claim that the profile names (NF-37)',
    {
      body: tokens({ access_token: jwt({ local_patient_id: '77' }) }),
      vendor: { vendor: 'veradigm-dstu2' },
    },
    { patient: '77' },
  ],
  [
    'a patient in a claim that no profile names (NF-37)',
    { body: tokens({ access_token: jwt({ local_patient_id: '77' }) }) },
    { patient: undefined },
  ],
  [
    'a patient in another server’s claim (NF-38)',
    { body: tokens({ access_token: jwt({ patient_id: '78' }) }), vendor: { vendor: 'keycloak' } },
    { patient: '78' },
  ],
  [
    'an opaque token where a claim was expected (NF-79)',
    { body: tokens({}), vendor: { vendor: 'keycloak' } },
    { patient: undefined },
  ],
  [
    'a patient of an older version under a name of the vendor’s (NF-42)',
    { body: tokens({ '__epic.dstu2.patient': 'T1' }) },
    { extras: { '__epic.dstu2.patient': 'T1' } },
  ],
  [
    'need_patient_banner as text (NF-43)',
    { body: tokens({ need_patient_banner: 'false' }) },
    { context: { need_patient_banner: false } },
  ],
  [
    'need_patient_banner (NF-44)',
    { body: tokens({ need_patient_banner: true }) },
    { context: { need_patient_banner: true } },
  ],
  ['no need_patient_banner, which is not false (SM-62)', { body: tokens({}) }, { context: {} }],
  [
    'state and client_id repeated (NF-45, NF-46)',
    { body: tokens({ state: 's', client_id: 'c' }) },
    { extras: {} },
  ],
  [
    'members of the vendor’s own (SM-53, NF-47)',
    {
      body: tokens({
        location: 'L',
        userId: 'u',
        'not-before-policy': 0,
        'https://x.example/ext': { a: 1 },
        empty: null,
      }),
    },
    {
      extras: {
        location: 'L',
        userId: 'u',
        'not-before-policy': 0,
        'https://x.example/ext': { a: 1 },
      },
    },
  ],
  [
    'the practice (NF-48)',
    { body: tokens({ ah_practice: 'a-1.Practice-80000' }) },
    { extras: { ah_practice: 'a-1.Practice-80000' } },
  ],
  [
    'fhirUser in the response',
    { body: tokens({ fhirUser: 'Practitioner/1' }) },
    { fhirUser: 'Practitioner/1' },
  ],
  [
    'fhirContext, references as text among it (SM-61)',
    {
      body: tokens({
        fhirContext: [
          'ImagingStudy/1',
          { reference: 'X/2', role: 'launch' },
          { role: 'x' },
          { reference: 'Y/3', role: '' },
          7,
        ],
      }),
    },
    {
      context: {
        fhirContext: [{ reference: 'ImagingStudy/1' }, { reference: 'X/2', role: 'launch' }],
      },
    },
  ],
  [
    'intent, tenant and style (SM-63, SM-64, SM-65)',
    { body: tokens({ intent: 'reconcile', tenant: 't', smart_style_url: 'https://h/style?v=1' }) },
    { context: { intent: 'reconcile', tenant: 't', smart_style_url: 'https://h/style?v=1' } },
  ],
]

const REFUSED: readonly (readonly [string, Partial<Sent>, Readonly<Record<string, unknown>>])[] = [
  [
    'a patient on another server (NF-33)',
    { body: tokens({ patient: 'https://h/fhir/Patient/1234' }) },
    { refused: 'patient' },
  ],
  [
    'a patient of another type',
    { body: tokens({ patient: 'Practitioner/1' }) },
    { refused: 'patient' },
  ],
  ['a patient that is a path', { body: tokens({ patient: '..' }) }, { refused: 'patient' }],
  ['a list of patients', { body: tokens({ patient: ['1', '2'] }) }, { refused: 'patient' }],
  [
    'an encounter on another server',
    { body: tokens({ encounter: 'https://h/Encounter/1' }) },
    { refused: 'encounter' },
  ],
]

describe('the launch context of a token response, in normal form', () => {
  it.each(CONTEXTS)('%s', async (_what, sent, expected) => {
    expect(await normal({ body: undefined, ...sent })).toMatchObject(expected)
  })

  it.each(REFUSED)('refuses %s', async (_what, sent, expected) => {
    expect(await normal({ body: undefined, ...sent })).toMatchObject(expected)
  })
})
