import type { IDToken } from 'oauth4webapi'
import { describe, expect, it } from 'vitest'
import { BrokerError } from '#core/errors.ts'
import { fhirUserOf, fhirUserPath } from '#core/identity/fhir-user.ts'
import { fhirReader } from '#core/identity/read-fhir.ts'
import { readIdentity, whoLaunched } from '#core/identity/read-identity.ts'
import type { UserClaims } from '#core/identity/read-user-claims.ts'
import type { TokenGrant } from '#core/oauth/token-grant.ts'
import type { Connection } from '#core/registry/registry.ts'
import { Secret } from '#core/secret.ts'
import { aConnection, NOW } from '../../../fixtures.ts'
import { recordingLog } from '../../../support/recording-log.ts'

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
  options: {
    readonly connection?: Partial<Connection>
    readonly grant?: Partial<TokenGrant>
    readonly userClaims?: UserClaims
  } = {},
) {
  const asked: { url: string; headers: Headers }[] = []
  const log = recordingLog()
  const connection = aConnection(options.connection)
  const grant: TokenGrant = {
    accessToken: new Secret('at'),
    expiresAt: NOW + 60,
    scopes: [],
    patient: 'pat-1',
    context: {},
    extras: {},
    warnings: [],
    ...options.grant,
  }
  const readFhir = fhirReader(connection, grant, {
    launchId: 'abc',
    log,
    egress: async (url, init) => {
      asked.push({ url: String(url), headers: new Headers(init?.headers) })
      const resource = resources[String(url).slice(BASE.length + 1)]
      if (resource instanceof Error) throw resource
      return resource ? Response.json(resource) : new Response('', { status: 404 })
    },
  })
  const read = async () => {
    const who = await whoLaunched(connection, grant, idToken, options.userClaims ?? {}, readFhir)
    return readIdentity(connection, grant, who, readFhir, 'launch:abc')
  }
  return { read, asked, warnings: log.lines }
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
      preferred_username: 'mlindqvist',
      name: 'M. Lindqvist',
      given_name: 'M.',
      middle_name: 'I.',
      family_name: 'Lindqvist-Berg',
      email: 'token@general.example',
      npi: '1912345678',
      phone_number: '+46550003',
      zoneinfo: 'Europe/Stockholm',
      locale: 'sv-SE',
    }
    const practitioner = {
      ...PRACTITIONER,
      communication: [{ coding: [{ code: 'en' }] }],
    }
    const { read } = setup({ 'Practitioner/prac-1': practitioner }, claims)

    expect((await read()).user).toEqual({
      subject: 'user-1',
      userId: 'mlindqvist',
      name: 'M. Lindqvist',
      firstName: 'M.',
      middleName: 'I.',
      lastName: 'Lindqvist-Berg',
      email: 'token@general.example',
      npi: '1912345678',
      phone: '+46550003',
      timeZone: 'Europe/Stockholm',
      locale: 'sv-SE',
      fhirUser: ID_TOKEN['fhirUser'],
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

  it('says how the patient is reached, where they live, and what language they prefer', async () => {
    const patient = {
      ...PATIENT,
      telecom: [
        { system: 'phone', value: '+15550100' },
        { system: 'phone', use: 'work', value: '+15550101' },
        { system: 'phone', use: 'mobile', value: '+15550102' },
      ],
      address: [
        { use: 'old', line: ['1 Past Lane'] },
        {
          use: 'home',
          line: ['12 Elm Street', 'Apt 3'],
          city: 'Madison',
          district: 'Dane',
          state: 'WI',
          postalCode: '53703',
          country: 'US',
        },
      ],
      communication: [
        { language: { coding: [{ code: 'en-US' }] } },
        { language: { coding: [{ code: 'es-US' }] }, preferred: true },
      ],
    }
    const asPatient = { sub: 'user-1', fhirUser: 'Patient/pat-1' } as unknown as IDToken
    const { read } = setup({ 'Patient/pat-1': patient }, asPatient)

    const identity = await read()
    expect(identity.user).toMatchObject({ lastName: 'Okonkwo', locale: 'es-US' })
    expect(identity.patient).toMatchObject({
      phone: { home: '+15550100', office: '+15550101', mobile: '+15550102' },
      address: {
        street: '12 Elm Street, Apt 3',
        city: 'Madison',
        state: 'WI',
        zip: '53703',
        county: 'Dane',
        country: 'US',
      },
    })
  })

  describe('a clinician’s specialty', () => {
    const role = (specialty: string, active = true) => ({
      resourceType: 'PractitionerRole',
      active,
      specialty: [{ coding: [{ code: '1', display: specialty }] }],
    })
    const SEARCH = 'PractitionerRole?practitioner=Practitioner/prac-1&_count=20'
    const roles = {
      entry: [role('Surgery', false), role('Cardiology')].map((resource) => ({ resource })),
    }
    const resources = { 'Practitioner/prac-1': PRACTITIONER, [SEARCH]: roles }

    it('is that of a role that they still have', async () => {
      const { read } = setup(resources, ID_TOKEN, { grant: { scopes: ['user/*.rs'] } })

      expect((await read()).user).toMatchObject({ specialty: 'Cardiology', lastName: 'Lindqvist' })
    })

    it('is not asked for without the scope', async () => {
      const { read, asked } = setup(resources, ID_TOKEN, { grant: { scopes: ['patient/*.rs'] } })

      expect((await read()).user.specialty).toBeUndefined()
      expect(asked).toHaveLength(2)
    })

    it('is the launching role’s, whose practitioner says the rest', async () => {
      const own = { ...role('Oncology'), practitioner: { reference: 'Practitioner/prac-1' } }
      const asRole = { sub: 'user-1', fhirUser: 'PractitionerRole/r-1' } as unknown as IDToken
      const { read } = setup({ ...resources, 'PractitionerRole/r-1': own }, asRole)

      expect((await read()).user).toMatchObject({ specialty: 'Oncology', npi: '1234567893' })
    })

    it('sends the token to no practitioner on another server', async () => {
      const reference = 'https://elsewhere.example/fhir/Practitioner/prac-1'
      const own = { ...role('Oncology'), practitioner: { reference } }
      const asRole = { sub: 'user-1', fhirUser: 'PractitionerRole/r-1' } as unknown as IDToken
      const { read, asked } = setup({ 'PractitionerRole/r-1': own }, asRole)

      expect((await read()).user.specialty).toBe('Oncology')
      expect(asked.filter(({ url }) => !url.startsWith(`${BASE}/`))).toEqual([])
    })
  })

  describe('the visit that is open', () => {
    const encounter = {
      resourceType: 'Encounter',
      identifier: [{ value: 'first' }, { type: { coding: [{ code: 'VN' }] }, value: 'V-77' }],
      serviceProvider: { display: 'General Hospital' },
      location: [
        { status: 'completed', location: { display: 'ED' } },
        { location: { display: '3N' }, physicalType: { coding: [{ code: 'wa' }] } },
        { location: { display: '12' }, physicalType: { coding: [{ code: 'ro' }] } },
      ],
    }
    const open = (scopes: readonly string[]) =>
      setup({ 'Encounter/enc-1': encounter }, ID_TOKEN, { grant: { encounter: 'enc-1', scopes } })

    it('has its number, and the place where the patient is now', async () => {
      expect((await open(['patient/Encounter.rs']).read()).visit).toEqual({
        number: 'V-77',
        facility: 'General Hospital',
        department: '3N',
        room: '12',
      })
    })

    it('is not read without the scope', async () => {
      expect((await open(['patient/Patient.rs']).read()).visit).toBeUndefined()
    })
  })

  it('says which order is open, where the launch names one', async () => {
    const fhirContext = [{ reference: 'ImagingStudy/1' }, { reference: 'ServiceRequest/order-7' }]
    const { read } = setup({}, ID_TOKEN, { grant: { context: { fhirContext } } })

    expect((await read()).order).toBe('order-7')
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

  it.each(
    ['Patient', 'Practitioner', 'RelatedPerson', 'Person', 'PractitionerRole'].flatMap((type) => [
      [type, `${type}/7`],
      [type, `${BASE}/${type}/7`],
    ]),
  )('reads who signed on as a %s, named by %s (SM-70)', async (type, fhirUser) => {
    const person = { id: '7', name: [{ given: ['Ines'], family: 'Abara' }] }
    const resources =
      type === 'PractitionerRole'
        ? {
            [`${type}/7`]: { resourceType: type, practitioner: { reference: 'Practitioner/8' } },
            'Practitioner/8': { ...person, resourceType: 'Practitioner' },
          }
        : { [`${type}/7`]: { ...person, resourceType: type } }
    const { read, asked } = setup(resources, { sub: 'user-1', fhirUser } as unknown as IDToken, {
      grant: { patient: undefined } as never,
    })

    expect((await read()).user).toMatchObject({ firstName: 'Ines', lastName: 'Abara' })
    expect(asked[0]?.url).toBe(`${BASE}/${type}/7`)
  })

  it('says what userinfo says, and the ID token rather where both do', async () => {
    const userClaims = { sub: 'user-1', name: 'Info', email: 'info@general.example', npi: '1' }
    const { read } = setup({}, { ...ID_TOKEN, name: 'Token' } as unknown as IDToken, { userClaims })

    expect((await read()).user).toMatchObject({
      name: 'Token',
      email: 'info@general.example',
      npi: '1',
    })
  })

  it('invents nothing where nothing is known', async () => {
    const { read } = setup({}, { sub: 'user-1' } as IDToken, {
      grant: { patient: undefined } as never,
    })

    expect(await read()).toEqual({ user: { subject: 'user-1' } })
  })

  it('asks with the headers and parameters of the vendor (NF-48)', async () => {
    const { read, asked } = setup({}, ID_TOKEN, {
      connection: {
        vendor: 'athenahealth',
        vendorOverrides: { fhirHeaders: { 'x-api-key': 'k', 'x-missing': '{none}' } },
      },
      grant: { extras: { ah_practice: 'a-1.Practice-8' } },
    })

    await read()

    expect(asked[0]?.url).toBe(
      `${BASE}/Practitioner/prac-1?ah-practice=Organization%2Fa-1.Practice-8`,
    )
    expect(asked[0]?.headers.get('x-api-key')).toBe('k')
    expect(asked[0]?.headers.has('x-missing')).toBe(false)
    expect(asked[0]?.headers.get('authorization')).toBe('Bearer at')
  })

  describe('the patient in context', () => {
    const none = { patient: undefined } as never
    const asPatient = { sub: 'user-1', fhirUser: 'Patient/9' } as unknown as IDToken
    const found = (...ids: readonly string[]) => ({
      resourceType: 'Bundle',
      entry: ids.map((id) => ({ resource: { resourceType: 'Patient', id } })),
    })
    const patientId = async ({ read }: ReturnType<typeof setup>) =>
      (await read()).patient?.identifiers[0]?.id

    it('is who launched, where the response has none and that is a patient (NF-35)', async () => {
      expect(await patientId(setup({}, asPatient, { grant: none }))).toBe('9')
    })

    it('is nobody where a clinician launched (NF-36)', async () => {
      expect(await patientId(setup({}, ID_TOKEN, { grant: none }))).toBeUndefined()
    })

    it('is no patient of another server', async () => {
      const elsewhere = { ...asPatient, fhirUser: 'https://elsewhere.example/Patient/9' }

      expect(await patientId(setup({}, elsewhere, { grant: none }))).toBeUndefined()
    })

    it('is found in the order of the profile', async () => {
      const connection = { vendor: 'eclinicalworks' } as const

      expect(await patientId(setup({}, asPatient, { connection }))).toBe('9')
      expect(await patientId(setup({}, asPatient))).toBe('pat-1')
    })

    it('is the one that can be found, where the profile has it looked for (NF-39)', async () => {
      const connection = { vendor: 'cms-bluebutton' } as const
      const search = (bundle: unknown) =>
        setup({ 'Patient?_count=2': bundle }, ID_TOKEN, { connection, grant: none })

      expect(await patientId(search(found('-2014')))).toBe('-2014')
      expect(await patientId(search(found('1', '2')))).toBeUndefined()
      expect(await patientId(search(found()))).toBeUndefined()
      expect(await patientId(search({ entry: 'none' }))).toBeUndefined()
    })
  })
})

describe('fhirUserOf', () => {
  it.each([
    [{ fhirUser: 'Practitioner/1' }, `${BASE}/Practitioner/1`],
    [{ fhirUser: `${BASE}/Person/1` }, `${BASE}/Person/1`],
    [{ profile: 'PractitionerRole/1' }, `${BASE}/PractitionerRole/1`],
    [{ fhirUser: 'RelatedPerson/1', profile: 'Patient/2' }, `${BASE}/RelatedPerson/1`],
    [{ profile: 'https://people.example/jane' }, undefined],
    [{ fhirUser: 42 }, undefined],
    [{}, undefined],
  ])('reads %j as %s (SM-70, SM-71, NF-57)', (claims, expected) => {
    expect(fhirUserOf(claims, `${BASE}/`)).toBe(expected)
  })
})

describe('fhirUserPath', () => {
  it.each([
    [`${BASE}/RelatedPerson/a.b-c`, { type: 'RelatedPerson', id: 'a.b-c' }],
    [`${BASE}/PractitionerRole/1`, { type: 'PractitionerRole', id: '1' }],
    [`${BASE}/Observation/1`, undefined],
    [`${BASE}/Patient/..`, undefined],
    [`${BASE}/Patient/1/_history/2`, undefined],
    [`${BASE}/Patient/1?x=y`, undefined],
    [`${BASE}/x/Patient/1`, undefined],
    [`${BASE}.evil.example/Patient/1`, undefined],
    ['https://elsewhere.example/fhir/Patient/1', undefined],
    [undefined, undefined],
  ])('takes %s for %j', (fhirUser, path) => {
    expect(fhirUserPath(fhirUser, BASE)).toEqual(path)
  })
})
