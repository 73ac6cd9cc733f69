import type { Resource } from './fhir-records.ts'

const about = { subject: { reference: 'Patient/pat-7' } }

const practitioner = (id: string, npi: string, family: string): Resource => ({
  resourceType: 'Practitioner',
  id,
  identifier: [{ system: 'http://hl7.org/fhir/sid/us-npi', value: npi }],
  name: [{ given: ['Ruth'], family }],
  qualification: [{ code: { text: 'MD' } }],
  address: [
    {
      line: ['1 Pier St'],
      city: 'Bristol',
      state: 'RI',
      postalCode: '02809',
      district: 'Bristol',
      country: 'US',
    },
  ],
  telecom: [
    { system: 'phone', use: 'work', value: '401-555-0110' },
    { system: 'email', value: `${family.toLowerCase()}@example.org` },
  ],
})

/** The patient of whom the record is. */
export const PATIENT: Resource = {
  resourceType: 'Patient',
  id: 'pat-7',
  identifier: [
    { type: { coding: [{ code: 'MR' }] }, value: 'M-7', system: 'urn:mrn' },
    { system: 'http://hl7.org/fhir/sid/us-ssn', value: '999-00-0007' },
  ],
  name: [{ use: 'official', given: ['Noor', 'Ada'], family: 'Halim' }],
  gender: 'female',
  birthDate: '1961-02-03',
  deceasedDateTime: '2027-01-01T00:00:00Z',
  maritalStatus: { text: 'Married' },
  communication: [{ language: { coding: [{ code: 'en-US' }] }, preferred: true }],
  telecom: [
    { system: 'phone', use: 'home', value: '401-555-0111' },
    { system: 'phone', use: 'work', value: '401-555-0112' },
    { system: 'phone', use: 'mobile', value: '+1 401 555 0113' },
    { system: 'email', value: 'noor@example.org' },
  ],
  address: [
    {
      line: ['2 Pier St'],
      city: 'Bristol',
      state: 'RI',
      postalCode: '02809',
      district: 'Bristol',
      country: 'US',
    },
  ],
  generalPractitioner: [{ reference: 'Practitioner/dr-att' }],
  contact: [
    {
      name: { given: ['Sam', 'Lee'], family: 'Halim' },
      relationship: [{ text: 'Spouse' }],
      telecom: [
        { system: 'phone', use: 'home', value: '401-555-0114' },
        { system: 'phone', use: 'work', value: '401-555-0115' },
        { system: 'phone', use: 'mobile', value: '401-555-0116' },
        { system: 'email', value: 'sam@example.org' },
      ],
      address: {
        line: ['2 Pier St'],
        city: 'Bristol',
        state: 'RI',
        postalCode: '02809',
        district: 'Bristol',
        country: 'US',
      },
    },
  ],
  extension: [
    {
      url: 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-race',
      extension: [{ url: 'text', valueString: 'Asian' }],
    },
    {
      url: 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-ethnicity',
      extension: [{ url: 'ombCategory', valueCoding: { code: '2186-5' } }],
    },
    {
      url: 'http://hl7.org/fhir/StructureDefinition/patient-citizenship',
      extension: [{ url: 'code', valueCodeableConcept: { coding: [{ code: 'US' }] } }],
    },
  ],
}

/** Whoever and whatever else is referred to, and the visit. */
export const PLACES: readonly Resource[] = [
  practitioner('dr-att', '1111111112', 'Attend'),
  practitioner('dr-con', '1111111120', 'Consult'),
  practitioner('dr-ref', '1111111138', 'Refer'),
  practitioner('dr-vis', '1111111146', 'Visit'),
  practitioner('dr-aid', '1111111153', 'Aid'),
  {
    resourceType: 'Location',
    id: 'room-1',
    name: 'Cardiology',
    managingOrganization: { reference: 'Organization/lab', display: 'Pier Hospital' },
  },
  {
    resourceType: 'Organization',
    id: 'lab',
    identifier: [{ type: { text: 'CLIA' }, value: '41D0' }],
    name: 'Pier Laboratory',
    telecom: [{ system: 'phone', value: '401-555-0117' }],
    address: [
      {
        line: ['3 Pier St'],
        city: 'Bristol',
        state: 'RI',
        postalCode: '02809',
        district: 'Bristol',
        country: 'US',
      },
    ],
  },
  {
    resourceType: 'Device',
    id: 'echo',
    type: {
      coding: [{ system: 'http://snomed.info/sct', code: '1', display: 'Echocardiograph' }],
    },
  },
  {
    resourceType: 'Encounter',
    id: 'enc-7',
    status: 'finished',
    ...about,
    identifier: [{ value: 'V-7' }],
    class: { code: 'IMP' },
    reasonCode: [{ text: 'Chest pain' }],
    period: { start: '2026-10-01T08:00:00Z', end: '2026-10-03T08:00:00Z' },
    serviceProvider: { display: 'Pier Hospital' },
    location: [{ location: { reference: 'Location/room-1', display: 'Cardiology' } }],
  },
]

/** A practitioner with all that is told of one, and roles. */
export const PROVIDER: readonly Resource[] = [
  {
    resourceType: 'Practitioner',
    id: 'dr-full',
    active: true,
    identifier: [{ system: 'http://hl7.org/fhir/sid/us-npi', value: '1111111161' }],
    name: [{ given: ['Ola', 'May'], family: 'Fuller' }],
    gender: 'female',
    birthDate: '1970-01-01',
    communication: [{ text: 'English' }],
    address: [
      {
        use: 'work',
        line: ['1 Pier St'],
        city: 'Bristol',
        state: 'RI',
        postalCode: '02809',
        district: 'Bristol',
        country: 'US',
      },
    ],
    telecom: [
      { system: 'phone', use: 'home', value: '401-555-0120' },
      { system: 'phone', use: 'work', value: '401-555-0121' },
      { system: 'phone', use: 'mobile', value: '401-555-0122' },
      { system: 'email', value: 'fuller@example.org' },
    ],
    qualification: [
      {
        identifier: [{ type: { text: 'License' }, value: 'RI-1' }],
        code: { text: 'MD' },
        period: { start: '2000-01-01', end: '2030-01-01' },
      },
    ],
  },
  {
    resourceType: 'PractitionerRole',
    id: 'role-1',
    practitioner: { reference: 'Practitioner/dr-full' },
    identifier: [{ type: { text: 'Role' }, value: 'R-1' }],
    organization: { reference: 'Organization/org-full' },
    location: [{ reference: 'Location/loc-full' }],
    specialty: [{ text: 'Cardiology' }],
    availableTime: [
      { daysOfWeek: ['mon'], availableStartTime: '09:00:00', availableEndTime: '17:00:00' },
    ],
  },
  {
    resourceType: 'PractitionerRole',
    id: 'role-2',
    practitioner: { reference: 'Practitioner/dr-att' },
    specialty: [{ text: 'Urology' }],
  },
  ...(['Organization', 'Location'] as const).map((resourceType) => ({
    resourceType,
    id: resourceType === 'Organization' ? 'org-full' : 'loc-full',
    identifier: [{ type: { text: 'Own' }, value: 'X-1' }],
    active: true,
    status: 'active',
    type: [{ text: 'Hospital' }],
    name: 'Pier',
    description: 'At the pier',
    telecom: [
      { system: 'phone', value: '401-555-0123' },
      { system: 'email', value: 'pier@example.org' },
    ],
    address: {
      line: ['1 Pier St'],
      city: 'Bristol',
      state: 'RI',
      postalCode: '02809',
      district: 'Bristol',
      country: 'US',
    },
  })),
]
