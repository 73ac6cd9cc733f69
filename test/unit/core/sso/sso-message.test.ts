import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Environment } from '#core/registry/registry.ts'
import type { HandOver } from '#core/sso/hand-over.ts'
import { ssoMessage } from '#core/sso/sso-message.ts'
import { aConnection, aHandOver, anApp, NOW } from '../../../fixtures.ts'
import { leaves, publishedSsoFields } from '../../../support/published-fields.ts'

/** Redox's published fields of `SSO / Sign-on` that we send, and our own below `Extensions`. */
const BODY_FIELDS: Readonly<Record<string, string>> = {
  'Meta.DataModel': 'string',
  'Meta.EventType': 'string',
  'Meta.EventDateTime': 'string',
  'Meta.Test': 'boolean',
  'Meta.Source.ID': 'string',
  'Meta.Source.Name': 'string',
  'Meta.SessionID': 'string',
  'Meta.SessionBaseURL': 'string',
  'Meta.Destinations[].ID': 'string',
  'Meta.Destinations[].Name': 'string',
  'Meta.Logs[].ID': 'string',
  'Meta.Logs[].AttemptID': 'string',
  Subject: 'string',
  Expiration: 'string',
  IssuedAt: 'string',
  UserId: 'string',
  Name: 'string',
  FirstName: 'string',
  LastName: 'string',
  MiddleName: 'string',
  EmailAddress: 'string',
  NPI: 'string',
  ProviderSpecialty: 'string',
  TimeZone: 'string',
  Locale: 'string',
  'PhoneNumber.Office': 'string',
  'Patient.Identifiers[].ID': 'string',
  'Patient.Identifiers[].IDType': 'string',
  'Patient.Demographics.FirstName': 'string',
  'Patient.Demographics.LastName': 'string',
  'Patient.Demographics.MiddleName': 'string',
  'Patient.Demographics.DOB': 'string',
  'Patient.Demographics.Sex': 'string',
  'Patient.Demographics.PhoneNumber.Home': 'string',
  'Patient.Demographics.PhoneNumber.Office': 'string',
  'Patient.Demographics.PhoneNumber.Mobile': 'string',
  'Patient.Demographics.Address.StreetAddress': 'string',
  'Patient.Demographics.Address.City': 'string',
  'Patient.Demographics.Address.State': 'string',
  'Patient.Demographics.Address.ZIP': 'string',
  'Patient.Demographics.Address.County': 'string',
  'Patient.Demographics.Address.Country': 'string',
  'Visit.VisitNumber': 'string',
  'Visit.Location.Facility': 'string',
  'Visit.Location.Department': 'string',
  'Visit.Location.Room': 'string',
  'Order.ID': 'string',
  'Extensions.SessionEndsAt': 'string',
  'Extensions.FhirUser': 'string',
  'Extensions.Scope': 'string',
  'Extensions.Encounter': 'string',
  'Extensions.need_patient_banner': 'boolean',
  'Extensions.intent': 'string',
  'Extensions.smart_style_url': 'string',
  'Extensions.tenant': 'string',
  'Extensions.fhirContext[].reference': 'string',
}

const CLAIMS: Readonly<Record<string, string>> = {
  iss: 'string',
  sub: 'string',
  aud: 'string',
  exp: 'number',
  iat: 'number',
  jti: 'string',
  name: 'string',
  given_name: 'string',
  family_name: 'string',
  middle_name: 'string',
  email: 'string',
  npi: 'string',
  zoneinfo: 'string',
  locale: 'string',
  phone_number: 'string',
  'patient_ids[].id': 'string',
  'patient_ids[].id_type': 'string',
  visit_id: 'string',
  facility_id: 'string',
  department_id: 'string',
}

const everything: Partial<HandOver> = {
  user: {
    subject: 'user-8841',
    userId: 'AEXAMPLE',
    name: 'Ada Example MD',
    firstName: 'Ada',
    lastName: 'Example',
    middleName: 'B',
    email: 'ada@general.example',
    npi: '1234567893',
    specialty: 'Cardiology',
    phone: '+15555550100',
    timeZone: 'America/Chicago',
    locale: 'en-US',
    fhirUser: 'https://ehr.general.example/fhir/Practitioner/1',
  },
  patient: {
    identifiers: [
      { id: 'p-1', idType: 'FHIR' },
      { id: '000123', idType: 'MR' },
    ],
    firstName: 'Timothy',
    middleName: 'C',
    lastName: 'Example',
    birthDate: '2008-01-06',
    sex: 'Male',
    phone: { home: '+15555550101', office: '+15555550102', mobile: '+15555550103' },
    address: {
      street: '12 Elm Street',
      city: 'Madison',
      state: 'WI',
      zip: '53703',
      county: 'Dane',
      country: 'US',
    },
  },
  encounter: 'e-1',
  visit: { facility: 'General Hospital', department: '3N', room: '12' },
  order: 'order-1',
  context: {
    need_patient_banner: false,
    intent: 'reconcile',
    smart_style_url: 'https://ehr.general.example/style.json',
    tenant: 't-1',
    fhirContext: [{ reference: 'ImagingStudy/1' }],
    access_token: 'never-passed-on',
  },
}

function messageOf(handOver: Partial<HandOver> = {}, environment: Environment = 'Production') {
  const { ssoDestination } = anApp()
  if (!ssoDestination) throw new Error('The fixture has a destination')
  return ssoMessage(aHandOver(handOver), aConnection({ environment }), ssoDestination, {
    publicBaseUrl: 'https://broker.example/live',
    now: NOW,
    messageId: 'message-1',
    attemptId: 'attempt-1',
  })
}

describe('ssoMessage', () => {
  it('fills every field it can, by the published names and types, and no other', () => {
    const { body, claims } = messageOf(everything)

    expect(Object.fromEntries(leaves(body))).toEqual(BODY_FIELDS)
    expect(Object.fromEntries(leaves(claims))).toEqual(CLAIMS)
  })

  it('has every field of the published table but two, each of its type', () => {
    const sent = new Map(leaves(messageOf(everything).body))
    const fields = publishedSsoFields()

    expect(fields.size).toBeGreaterThan(40)
    for (const [path, types] of fields)
      expect([path, types]).toEqual([path, expect.arrayContaining([sent.get(path)])])
  })

  it('leaves out what is unknown, whatever that is', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 4 })
    const user = fc.record(
      {
        subject: fc.constantFrom('a', 'b'),
        userId: text,
        name: text,
        npi: text,
        phone: text,
        fhirUser: text,
      },
      { requiredKeys: ['subject'] },
    )
    const patient = fc.record(
      {
        identifiers: fc.array(fc.record({ id: text, idType: text }), { maxLength: 2 }),
        firstName: text,
        birthDate: text,
      },
      { requiredKeys: ['identifiers'] },
    )
    const context = fc.record({ intent: fc.constantFrom(null, '', 'order') })
    const handOver = fc.record(
      { user, patient, encounter: text, context, scopes: fc.array(text, { maxLength: 2 }) },
      { requiredKeys: ['user', 'context', 'scopes'] },
    )

    fc.assert(
      fc.property(handOver, (known) => {
        const { body, claims } = messageOf(known)

        for (const [path, type] of leaves(body))
          expect([path, BODY_FIELDS[path]]).toEqual([path, type])
        for (const [path, type] of leaves(claims))
          expect([path, CLAIMS[path]]).toEqual([path, type])
        expect(JSON.stringify({ body, claims })).not.toMatch(/""|\[\]|\{\}/)
        expect(body['Subject']).toBe(known.user.subject)
      }),
    )
  })

  it('says what Redox says in its envelope', () => {
    expect(messageOf().body['Meta']).toEqual({
      DataModel: 'SSO',
      EventType: 'Sign-on',
      EventDateTime: '2026-01-01T00:00:00.000Z',
      Test: false,
      Source: { ID: '6f0f5f3c-0a4c-4ad0-9a3c-6d1a54c1c002', Name: 'General Hospital EHR' },
      SessionID: 'the-session-id',
      SessionBaseURL: 'https://broker.example/live/fhir/R4/general/Production',
      Destinations: [{ ID: '6f0f5f3c-0a4c-4ad0-9a3c-6d1a54c1c001', Name: 'Heartline sign-on' }],
      Logs: [{ ID: 'message-1', AttemptID: 'attempt-1' }],
    })
  })

  it.each(['Development', 'Staging'] as const)('marks a message of %s as a test', (environment) => {
    expect(messageOf({}, environment).body['Meta']).toMatchObject({ Test: true })
  })

  it('lives fifteen minutes: seconds in the claims, ISO dates in the body', () => {
    const { body, claims } = messageOf()

    expect(claims).toMatchObject({ iat: NOW, exp: NOW + 900 })
    expect(body).toMatchObject({
      IssuedAt: '2026-01-01T00:00:00.000Z',
      Expiration: '2026-01-01T00:15:00.000Z',
    })
  })

  it('says the same in the claims as in the body', () => {
    const { body, claims } = messageOf(everything)

    expect(claims).toMatchObject({
      iss: '6f0f5f3c-0a4c-4ad0-9a3c-6d1a54c1c002',
      aud: '6f0f5f3c-0a4c-4ad0-9a3c-6d1a54c1c001',
      sub: body['Subject'],
      name: body['Name'],
      npi: body['NPI'],
      visit_id: 'e-1',
      patient_ids: [
        { id: 'p-1', id_type: 'FHIR' },
        { id: '000123', id_type: 'MR' },
      ],
    })
    expect(body).toMatchObject({
      Patient: {
        Identifiers: [
          { ID: 'p-1', IDType: 'FHIR' },
          { ID: '000123', IDType: 'MR' },
        ],
      },
      Visit: { VisitNumber: 'e-1' },
    })
  })

  it('has the SessionID in the body only', () => {
    expect(JSON.stringify(messageOf(everything).claims)).not.toContain('the-session-id')
  })

  it('has no SessionID where there is no session, and no base URL to use one at', () => {
    const { Meta } = messageOf({ ...everything, session: undefined as never }).body
    expect(Object.keys(Meta as object).filter((name) => name.startsWith('Session'))).toEqual([])
  })

  it('passes on the launch context that SMART knows, and nothing else of it', () => {
    const { body } = messageOf(everything)

    expect(body['Extensions']).toMatchObject({
      need_patient_banner: false,
      fhirContext: [{ reference: 'ImagingStudy/1' }],
      Scope: 'openid patient/*.rs',
    })
    expect(JSON.stringify(body)).not.toContain('never-passed-on')
  })

  it('never has an empty subject: the fhirUser stands in, and without one nothing is sent', () => {
    expect(messageOf({ user: { subject: '', fhirUser: 'Practitioner/1' } })).toMatchObject({
      body: { Subject: 'Practitioner/1' },
      claims: { sub: 'Practitioner/1' },
    })
    expect(() => messageOf({ user: { subject: '' } })).toThrow(
      expect.objectContaining({ code: 'internal_error', detail: { reason: 'subject_missing' } }),
    )
  })
})
