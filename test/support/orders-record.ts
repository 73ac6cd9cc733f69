import type { FhirRecord, Resource } from './fhir-records.ts'
import { PATIENT, PLACES, PROVIDER } from './orders-people.ts'

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

const MORE_ORDERS: readonly Resource[] = [
  {
    resourceType: 'ServiceRequest',
    id: 'req-8',
    status: 'active',
    intent: 'order',
    ...about,
    code: loinc('600-7', 'Blood culture'),
    authoredOn: '2026-11-01T09:00:00Z',
    requester: { reference: 'Organization/lab' },
  },
  { resourceType: 'ServiceRequest', id: 'req-9', status: 'draft', intent: 'proposal', ...about },
  {
    resourceType: 'Immunization',
    id: 'imm-7',
    status: 'completed',
    patient: about.subject,
    vaccineCode: {
      coding: [{ system: 'http://hl7.org/fhir/sid/cvx', code: '141', display: 'Influenza' }],
    },
    occurrenceDateTime: '2026-10-02',
    lotNumber: 'L-7',
    expirationDate: '2027-01-01',
    manufacturer: { display: 'Acme Vaccines' },
    route: { text: 'Intramuscular' },
    site: { text: 'Left arm' },
    doseQuantity: { value: 0.5, unit: 'mL' },
    note: [{ text: 'Well borne.' }],
    location: { reference: 'Location/room-1' },
    performer: [
      { function: { coding: [{ code: 'OP' }] }, actor: { reference: 'Practitioner/dr-att' } },
      { function: { coding: [{ code: 'AP' }] }, actor: { reference: 'Practitioner/dr-aid' } },
    ],
  },
  {
    resourceType: 'Immunization',
    id: 'imm-8',
    status: 'not-done',
    statusReason: { text: 'Patient objection' },
    patient: about.subject,
    vaccineCode: { text: 'Zoster' },
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
    resources: [
      PATIENT,
      ...PLACES,
      ...PROVIDER,
      ...APPOINTMENTS,
      ...RESULTS,
      ...MORE_ORDERS,
      ...DOCUMENTS,
    ],
  }
}
