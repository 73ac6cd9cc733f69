import type { FhirRecord, Resource } from './fhir-records.ts'

const about = { subject: { reference: 'Patient/pat-7' } }
const atVisit = { encounter: { reference: 'Encounter/enc-7' } }
const role = (code: string) => [
  {
    coding: [
      { system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code, display: code },
    ],
  },
]
const loinc = (code: string, display: string) => ({
  coding: [{ system: 'http://loinc.org', code, display }],
})
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

const PATIENT: Resource = {
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

const PLACES: readonly Resource[] = [
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

const appointment = (id: string, more: Resource): Resource => ({
  resourceType: 'Appointment',
  id,
  start: '2026-12-01T10:00:00-05:00',
  participant: [{ actor: { reference: 'Patient/pat-7' }, status: 'accepted' }],
  ...more,
})

const APPOINTMENTS: readonly Resource[] = [
  appointment('app-1', {
    meta: { lastUpdated: '2026-11-01T00:00:00Z' },
    identifier: [{ value: 'A-1' }],
    status: 'booked',
    end: '2026-12-01T10:45:00-05:00',
    minutesDuration: 40,
    created: '2026-10-30',
    reasonCode: [{ text: 'Echocardiogram' }],
    appointmentType: { text: 'Follow-up' },
    patientInstruction: 'Come fasting.',
    participant: [
      { actor: { reference: 'Patient/pat-7' }, status: 'accepted' },
      ...(
        [
          ['ATND', 'dr-att'],
          ['CON', 'dr-con'],
          ['REF', 'dr-ref'],
          ['PPRF', 'dr-vis'],
          ['SPRF', 'dr-aid'],
        ] as const
      ).map(([code, id]) => ({
        type: role(code),
        actor: { reference: `Practitioner/${id}` },
        status: 'accepted',
      })),
      { actor: { reference: 'Location/room-1' }, status: 'accepted' },
      { actor: { reference: 'Device/echo' }, status: 'accepted' },
    ],
  }),
  appointment('app-2', {
    status: 'cancelled',
    start: '2026-12-02T15:00:00Z',
    end: '2026-12-02T15:20:00Z',
    cancelationReason: { text: 'Patient asked' },
    description: 'Blood pressure',
  }),
  appointment('app-3', { status: 'proposed', start: '2026-12-03T15:00:00Z' }),
  appointment('app-4', { status: 'booked', start: '2027-02-01T15:00:00Z' }),
]

const LABORATORY = [{ coding: [{ code: 'laboratory' }] }]

const RESULTS: readonly Resource[] = [
  {
    resourceType: 'ServiceRequest',
    id: 'req-7',
    status: 'completed',
    intent: 'order',
    priority: 'urgent',
    ...about,
    ...atVisit,
    identifier: [{ value: 'O-7' }],
    code: loinc('24331-1', 'Lipid panel'),
    authoredOn: '2026-10-01T09:00:00Z',
    requester: { reference: 'Practitioner/dr-att' },
    performer: [{ reference: 'Organization/lab' }],
    specimen: [{ reference: 'Specimen/spec-7' }],
    reasonCode: [
      {
        coding: [
          { system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'E78.5', display: 'Hyperlipidemia' },
        ],
      },
    ],
    patientInstruction: 'Fast for twelve hours.',
    note: [{ text: 'Call the ward.' }],
  },
  {
    resourceType: 'Specimen',
    id: 'spec-7',
    ...about,
    identifier: [{ value: 'S-7' }],
    type: { text: 'Serum' },
    collection: { collectedDateTime: '2026-10-01T09:30:00Z', bodySite: { text: 'Left arm' } },
  },
  {
    resourceType: 'DiagnosticReport',
    id: 'rep-7',
    status: 'final',
    ...about,
    ...atVisit,
    identifier: [{ value: 'R-7' }],
    basedOn: [{ reference: 'ServiceRequest/req-7' }],
    code: loinc('24331-1', 'Lipid panel'),
    issued: '2026-10-01T12:00:00Z',
    specimen: [{ reference: 'Specimen/spec-7' }],
    resultsInterpreter: [{ reference: 'Practitioner/dr-con' }],
    conclusion: 'Raised.',
    result: [{ reference: 'Observation/ldl' }],
    presentedForm: [{ contentType: 'application/pdf', title: 'Report', data: 'JVBERi0=' }],
  },
  {
    resourceType: 'Observation',
    id: 'ldl',
    status: 'final',
    ...about,
    category: LABORATORY,
    code: loinc('13457-7', 'LDL'),
    issued: '2026-10-01T11:00:00Z',
    valueQuantity: { value: 190, unit: 'mg/dL' },
    interpretation: [{ coding: [{ code: 'H' }] }],
    referenceRange: [{ low: { value: 0 }, high: { value: 130 }, text: 'below 130' }],
    specimen: { reference: 'Specimen/spec-7' },
    performer: [{ reference: 'Organization/lab' }, { reference: 'Practitioner/dr-aid' }],
    method: { text: 'Calculated' },
    note: [{ text: 'Not fasting.' }],
  },
  {
    resourceType: 'Observation',
    id: 'culture',
    status: 'preliminary',
    ...about,
    category: LABORATORY,
    code: loinc('600-7', 'Blood culture'),
    effectiveDateTime: '2026-10-02T11:00:00Z',
    valueCodeableConcept: { text: 'No growth' },
  },
]

const DOCUMENTS: readonly Resource[] = [
  {
    resourceType: 'DocumentReference',
    id: 'note-7',
    status: 'current',
    ...about,
    masterIdentifier: { value: 'N-7' },
    type: loinc('11506-3', 'Progress note'),
    category: [{ coding: [{ code: 'clinical-note' }] }],
    date: '2026-10-02T09:00:00Z',
    content: [
      {
        attachment: {
          contentType: 'text/plain; charset=utf-8',
          title: 'Round',
          data: Buffer.from('Feels better – no pain.').toString('base64'),
        },
      },
    ],
    context: {
      encounter: [{ reference: 'Encounter/enc-7' }],
      period: { start: '2026-10-02T08:30:00Z' },
    },
  },
  {
    resourceType: 'DocumentReference',
    id: 'note-8',
    status: 'current',
    ...about,
    type: { text: 'Discharge summary' },
    category: [{ coding: [{ code: 'clinical-note' }] }],
    content: [{ attachment: { contentType: 'application/pdf', url: 'Binary/bin-8' } }],
  },
  { resourceType: 'Binary', id: 'bin-8', contentType: 'application/pdf', data: 'JVBERi0xLjQ=' },
  {
    resourceType: 'DocumentReference',
    id: 'scan-7',
    status: 'current',
    ...about,
    type: { text: 'Consent form' },
    description: 'Signed',
    content: [
      {
        attachment: {
          contentType: 'image/png',
          title: 'consent.png',
          creation: '2026-10-01T08:00:00Z',
          url: 'Binary/large',
          size: 9_000_000,
        },
      },
    ],
    context: {
      encounter: [{ reference: 'Encounter/enc-7' }],
      period: { start: '2026-10-01T08:00:00Z' },
    },
  },
  {
    resourceType: 'Media',
    id: 'pic-7',
    status: 'completed',
    ...about,
    ...atVisit,
    identifier: [{ value: 'P-7' }],
    type: { text: 'Image' },
    createdDateTime: '2026-10-01T10:00:00Z',
    note: [{ text: 'Left leg' }],
    content: {
      contentType: 'image/jpeg',
      title: 'leg.jpg',
      creation: '2026-10-01T10:01:00Z',
      data: '/9j/',
    },
  },
]

/** A record of what is booked, ordered and written about one patient. */
export function ordersRecord(): FhirRecord {
  return {
    name: 'orders',
    patient: 'pat-7',
    resources: [PATIENT, ...PLACES, ...APPOINTMENTS, ...RESULTS, ...DOCUMENTS],
  }
}
