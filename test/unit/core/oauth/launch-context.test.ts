import { describe, expect, it } from 'vitest'
import { extraMembers, launchContext } from '#core/oauth/launch-context.ts'

describe('launchContext', () => {
  it('has each member of the type it must be (SM-61)', () => {
    const context = {
      need_patient_banner: false,
      intent: 'reconcile-medications',
      smart_style_url: 'https://ehr.example/style.json',
      tenant: 'general',
      fhirContext: [{ reference: 'ImagingStudy/1', role: 'launch' }],
    }

    expect(launchContext({ ...context, patient: 'pat-1' })).toEqual(context)
  })

  it.each([
    ['true', true],
    ['false', false],
    [true, true],
  ])('reads a banner that is said as %j', (need_patient_banner, read) => {
    expect(launchContext({ need_patient_banner })).toEqual({ need_patient_banner: read })
  })

  it.each<unknown>(['yes', '', '__proto__', 'toString', 1, null, {}, { toString: 0 }])(
    'leaves a banner out that is said as %j',
    (need_patient_banner) => {
      expect(launchContext({ need_patient_banner })).toEqual({})
    },
  )

  it.each(['', 7, null, {}])('leaves out an intent, style or tenant of %j', (value) => {
    expect(launchContext({ intent: value, smart_style_url: value, tenant: value })).toEqual({})
  })

  it('takes what names something, in the form of SMART 2.0 too, and leaves the rest out', () => {
    const fhirContext = [
      'ImagingStudy/1',
      '',
      7,
      null,
      {},
      { type: 'Observation' },
      { canonical: 'https://example.org/Questionnaire/1' },
      { identifier: { value: '9' } },
      { reference: 'Observation/2', role: '' },
    ]

    expect(launchContext({ fhirContext })).toEqual({
      fhirContext: [
        { reference: 'ImagingStudy/1' },
        { canonical: 'https://example.org/Questionnaire/1' },
        { identifier: { value: '9' } },
      ],
    })
    expect(launchContext({ fhirContext: 'ImagingStudy/1' })).toEqual({})
  })
})

describe('extraMembers', () => {
  it('is what no specification names, and says something (SM-53)', () => {
    const extras = { epic_dstu2_patient: 'T1', location: 'L-4', zero: 0 }

    expect(
      extraMembers({
        ...extras,
        access_token: 'secret',
        refresh_token: 'secret',
        id_token: 'secret',
        patient: 'pat-1',
        nothing: null,
        empty: '',
      }),
    ).toEqual(extras)
  })

  it('is nothing where it would be more than 8 kB', () => {
    const overhead = JSON.stringify({ extra: '' }).length

    expect(extraMembers({ extra: 'x'.repeat(8_192 - overhead) })).not.toEqual({})
    expect(extraMembers({ extra: 'x'.repeat(8_193 - overhead) })).toEqual({})
  })
})
