import type { IDToken } from 'oauth4webapi'
import { describe, expect, it } from 'vitest'
import { BrokerError } from '#core/errors.ts'
import { fhirUserPath, readIdentity } from '#core/identity/read-identity.ts'
import { toTokenGrant } from '#core/oauth/token-grant.ts'
import { profileOf } from '#core/vendors/profile-of.ts'
import { aConnection, NOW } from '../../../fixtures.ts'

const BASE = 'https://ehr.general.example/fhir'
const PRACTITIONER = {
  resourceType: 'Practitioner',
  id: 'prac-1',
  name: [
    { use: 'nickname', text: 'Mare' },
    {
      use: 'official',
      prefix: ['Dr'],
      given: ['Maren', 'Ida'],
      family: 'Lindqvist',
      suffix: ['MD'],
    },
  ],
  identifier: [
    { system: 'urn:local', value: 'X' },
    { system: 'http://hl7.org/fhir/sid/us-npi', value: '1234567893' },
  ],
  telecom: [
    { system: 'phone', use: 'home', value: '+15550001' },
    { system: 'phone', use: 'work', value: '+15550002' },
    { system: 'email', value: 'maren@general.example' },
  ],
}
const PATIENT = {
  resourceType: 'Patient',
  id: 'pat-1',
  name: [{ family: 'Okonkwo', given: ['Adaeze', 'Ruth'] }],
  identifier: [
    { type: { coding: [{ code: 'MR' }] }, value: 'MRN-1' },
    { system: 'urn:other', value: 'O-1' },
    { type: { text: 'no value' } },
  ],
  birthDate: '1984-02-11',
  gender: 'female',
}
const ID_TOKEN = { sub: 'user-1', fhirUser: `${BASE}/Practitioner/prac-1` } as unknown as IDToken

function setup(
  resources: Readonly<Record<string, unknown>>,
  idToken: IDToken | undefined = ID_TOKEN,
) {
  const asked: { url: string; authorization: string | null }[] = []
  const warnings: unknown[] = []
  const read = () =>
    readIdentity(
      aConnection(),
      toTokenGrant(
        { access_token: 'at', token_type: 'bearer', patient: 'pat-1' } as never,
        [],
        () => NOW,
        profileOf({}),
      ),
      idToken,
      {
        launchId: 'abc',
        log: { info: () => {}, error: () => {}, warn: (...line) => warnings.push(line) },
        egress: async (url, init) => {
          asked.push({
            url: String(url),
            authorization: new Headers(init?.headers).get('authorization'),
          })
          const resource = resources[String(url).slice(BASE.length + 1)]
          if (resource instanceof Error) throw resource
          return resource ? Response.json(resource) : new Response('', { status: 404 })
        },
      },
    )
  return { read, asked, warnings }
}

describe('readIdentity', () => {
  it('fills what the ID token leaves open from the fhirUser resource', async () => {
    const { read } = setup({ 'Practitioner/prac-1': PRACTITIONER, 'Patient/pat-1': PATIENT })

    expect((await read()).user).toEqual({
      subject: 'user-1',
      userId: 'prac-1',
      name: 'Dr Maren Ida Lindqvist MD',
      firstName: 'Maren',
      middleName: 'Ida',
      lastName: 'Lindqvist',
      email: 'maren@general.example',
      npi: '1234567893',
      phone: '+15550002',
      fhirUser: `${BASE}/Practitioner/prac-1`,
    })
  })

  it("prefers the ID token's claims", async () => {
    const claims = {
      ...ID_TOKEN,
      name: 'M. Lindqvist',
      email: 'token@general.example',
      locale: 'sv-SE',
    }
    const { read } = setup({ 'Practitioner/prac-1': PRACTITIONER }, claims)

    expect((await read()).user).toMatchObject({
      name: 'M. Lindqvist',
      email: 'token@general.example',
      locale: 'sv-SE',
      lastName: 'Lindqvist',
    })
  })

  it('says which patient, with the identifiers and demographics that were read', async () => {
    const { read } = setup({ 'Patient/pat-1': PATIENT })

    expect((await read()).patient).toEqual({
      identifiers: [
        { id: 'pat-1', idType: 'FHIR' },
        { id: 'MRN-1', idType: 'MR' },
        { id: 'O-1', idType: 'urn:other' },
      ],
      firstName: 'Adaeze',
      middleName: 'Ruth',
      lastName: 'Okonkwo',
      birthDate: '1984-02-11',
      sex: 'Female',
    })
  })

  it('goes on with less when reads fail, and says so without saying whom', async () => {
    const { read, warnings } = setup({ 'Patient/pat-1': new BrokerError('upstream_timeout') })

    const identity = await read()

    expect(identity.user).toEqual({ subject: 'user-1', fhirUser: ID_TOKEN['fhirUser'] })
    expect(identity.patient).toEqual({ identifiers: [{ id: 'pat-1', idType: 'FHIR' }] })
    expect(warnings).toHaveLength(2)
    expect(JSON.stringify(warnings)).not.toMatch(/pat-1|prac-1/)
  })

  it('has a subject where nobody is identified', async () => {
    const { read } = setup({}, {} as IDToken)

    expect((await read()).user.subject).toBe('launch:abc')
  })

  it('never sends the token to a fhirUser on another server (SM-70, SM-87)', async () => {
    const { read, asked } = setup(
      {},
      { ...ID_TOKEN, fhirUser: 'https://elsewhere.example/fhir/Practitioner/prac-1' },
    )

    const { user } = await read()

    expect(asked.map(({ url }) => url)).toEqual([`${BASE}/Patient/pat-1`])
    expect(user.fhirUser).toBe('https://elsewhere.example/fhir/Practitioner/prac-1')
  })
})

describe('fhirUserPath', () => {
  it.each([
    ['Patient/1', 'Patient/1'],
    [`${BASE}/RelatedPerson/a.b-c`, 'RelatedPerson/a.b-c'],
    ['PractitionerRole/1', 'PractitionerRole/1'],
    ['Person/1', 'Person/1'],
    ['Observation/1', undefined],
    ['Patient/..', undefined],
    ['Patient/1/_history/2', undefined],
    ['Patient/1?x=y', undefined],
    ['../admin/Patient/1', undefined],
    ['', undefined],
    [42, undefined],
  ])('takes %j for %s', (fhirUser, path) => {
    expect(fhirUserPath({ fhirUser } as unknown as IDToken, BASE)).toBe(path)
  })
})
