import type { FhirRecord, Resource } from './fhir-records.ts'

const SNOMED = 'http://snomed.info/sct'
const LOINC = 'http://loinc.org'
const US_CORE = 'http://hl7.org/fhir/us/core/StructureDefinition'

const about = { subject: { reference: 'Patient/pat-9' } }
const concept = (system: string, code: string, display: string) => ({
  coding: [{ system, code, display }],
})
const category = (code: string) => [
  { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code }] },
]
const quantity = (value: number, unit: string) => ({ value, unit })
const CLINIC = {
  line: ['3 Quay St'],
  city: 'Bristol',
  district: 'Avon',
  state: 'RI',
  postalCode: '02809',
  country: 'US',
}

const PEOPLE: readonly Resource[] = [
  {
    resourceType: 'Patient',
    id: 'pat-9',
    identifier: [{ system: 'urn:oid:1.2.3', value: 'X-9' }],
    name: [{ use: 'official', given: ['Iris', 'Ann'], family: 'Moran' }],
    gender: 'female',
    birthDate: '1950-03-04',
    deceasedDateTime: '2020-05-06T07:08:09-04:00',
    telecom: [
      { system: 'phone', use: 'mobile', value: '+1 401 555 0101' },
      { system: 'email', value: 'iris@example.org' },
    ],
    contact: [
      {
        name: { given: ['Tom', 'Lee'], family: 'Moran' },
        relationship: [{ text: 'Son' }],
        address: CLINIC,
        telecom: [
          { system: 'phone', use: 'mobile', value: '401-555-0102' },
          { system: 'phone', use: 'work', value: '401-555-0103' },
          { system: 'email', value: 'tom@example.org' },
        ],
      },
    ],
    generalPractitioner: [{ reference: 'Practitioner/dr-1' }],
    extension: [
      {
        url: 'http://hl7.org/fhir/StructureDefinition/patient-religion',
        valueCodeableConcept: { text: 'Quaker' },
      },
      {
        url: 'http://hl7.org/fhir/StructureDefinition/patient-citizenship',
        extension: [{ url: 'code', valueCodeableConcept: { coding: [{ code: 'US' }] } }],
      },
      {
        url: `${US_CORE}/us-core-ethnicity`,
        extension: [{ url: 'ombCategory', valueCoding: { code: '2135-2', display: 'Hispanic' } }],
      },
    ],
  },
  {
    resourceType: 'Practitioner',
    id: 'dr-1',
    identifier: [{ system: 'http://hl7.org/fhir/sid/us-npi', value: '1234567893' }],
    name: [{ given: ['Helen'], family: 'Brandt' }],
    qualification: [{ code: { text: 'MD' } }],
    address: [CLINIC],
    telecom: [
      { system: 'phone', use: 'work', value: '401-555-0104' },
      { system: 'email', value: 'helen@example.org' },
    ],
  },
  {
    resourceType: 'Organization',
    id: 'org-1',
    identifier: [{ type: { coding: [{ code: 'XX' }] }, value: 'O-1' }],
    name: 'Quay Laboratory',
    address: [CLINIC],
    telecom: [{ system: 'phone', value: '401-555-0105' }],
  },
  {
    resourceType: 'Location',
    id: 'loc-1',
    name: 'Ward 3',
    type: [{ text: 'Hospital ward' }],
    address: CLINIC,
  },
]

const COVERED: readonly Resource[] = [
  {
    resourceType: 'Coverage',
    id: 'cov-1',
    status: 'active',
    beneficiary: about.subject,
    subscriberId: 'M-77',
    policyHolder: { identifier: { value: 'P-88' } },
    order: 1,
    payor: [{ reference: 'Organization/org-1' }],
  },
  {
    resourceType: 'Consent',
    id: 'adr-1',
    status: 'active',
    scope: { coding: [{ code: 'adr' }] },
    patient: about.subject,
    category: [concept(LOINC, '75320-2', 'Advance directive')],
    dateTime: '2019-01-02',
    sourceAttachment: { url: 'https://ehr.example/adr.pdf' },
    provision: {
      period: { start: '2019-01-02', end: '2029-01-02' },
      code: [concept(SNOMED, '304253006', 'Not for resuscitation')],
    },
    verification: [{ verified: true, verificationDate: '2019-01-03T10:00:00Z' }],
  },
  {
    resourceType: 'FamilyMemberHistory',
    id: 'fam-1',
    status: 'completed',
    patient: about.subject,
    relationship: concept('http://terminology.hl7.org/CodeSystem/v3-RoleCode', 'FTH', 'father'),
    sex: { coding: [{ code: 'male' }] },
    bornDate: '1920-01-01',
    deceasedAge: quantity(60, 'a'),
    condition: [
      {
        code: concept(SNOMED, '22298006', 'Myocardial infarction'),
        contributedToDeath: true,
        onsetAge: quantity(59, 'a'),
        onsetPeriod: { start: '1979' },
      },
    ],
  },
  {
    resourceType: 'Device',
    id: 'dev-1',
    status: 'active',
    patient: about.subject,
    type: concept(SNOMED, '14106009', 'Cardiac pacemaker'),
  },
  {
    resourceType: 'AllergyIntolerance',
    id: 'all-1',
    patient: about.subject,
    code: { text: 'Latex' },
    onsetPeriod: { start: '1999', end: '2001' },
  },
]

const VISIT: readonly Resource[] = [
  {
    resourceType: 'Encounter',
    id: 'enc-1',
    status: 'finished',
    ...about,
    type: [concept(SNOMED, '32485007', 'Hospital admission')],
    period: { start: '2020-05-01T08:00:00Z', end: '2020-05-06T08:00:00Z' },
    participant: [
      {
        type: [
          concept('http://terminology.hl7.org/CodeSystem/v3-ParticipationType', 'ATND', 'attender'),
        ],
        individual: { reference: 'Practitioner/dr-1' },
      },
    ],
    location: [{ location: { reference: 'Location/loc-1' } }],
    diagnosis: [{ condition: { reference: 'Condition/con-1' } }],
    serviceProvider: { display: 'Quay Hospital' },
  },
  {
    resourceType: 'Condition',
    id: 'con-1',
    ...about,
    code: concept('http://hl7.org/fhir/sid/icd-10-cm', 'I21.9', 'Acute myocardial infarction'),
    note: [{ text: 'Seen by Dr. Brandt.' }, { text: 'Transferred.' }],
  },
  {
    resourceType: 'MedicationAdministration',
    id: 'adm-1',
    status: 'not-done',
    statusReason: [{ text: 'Refused' }],
    ...about,
    context: { reference: 'Encounter/enc-1' },
    medicationCodeableConcept: { text: 'Heparin' },
    effectivePeriod: { start: '2020-05-02T09:00:00Z', end: '2020-05-02T10:00:00Z' },
    dosage: {
      route: concept(SNOMED, '47625008', 'Intravenous'),
      dose: quantity(500, 'U'),
      rateQuantity: quantity(10, 'mL/h'),
    },
  },
  {
    resourceType: 'Procedure',
    id: 'pro-1',
    status: 'completed',
    ...about,
    encounter: { reference: 'Encounter/enc-1' },
    category: concept(SNOMED, '103693007', 'Diagnostic procedure'),
    code: { text: 'Coronary angiography' },
    performedDateTime: '2020-05-02',
    bodySite: [{ text: 'Heart' }],
  },
  {
    resourceType: 'Procedure',
    id: 'pro-2',
    status: 'completed',
    ...about,
    encounter: { reference: 'Encounter/enc-1' },
    category: concept(SNOMED, '409063005', 'Counseling'),
    code: { text: 'Smoking cessation' },
    performedDateTime: '2020-05-03',
  },
  {
    resourceType: 'Procedure',
    id: 'pro-3',
    status: 'completed',
    ...about,
    encounter: { reference: 'Encounter/enc-1' },
    code: { text: 'Stent' },
    bodySite: [{ text: 'Coronary artery' }],
  },
  {
    resourceType: 'Immunization',
    id: 'imm-1',
    status: 'completed',
    patient: about.subject,
    encounter: { reference: 'Encounter/enc-1' },
    vaccineCode: concept('http://hl7.org/fhir/sid/cvx', '141', 'Influenza'),
    manufacturer: { display: 'Acme Vaccines' },
    lotNumber: 'L-1',
    route: { text: 'Intramuscular' },
    doseQuantity: quantity(0.5, 'mL'),
    occurrenceDateTime: '2020-05-04',
  },
]

const OBSERVED: readonly Resource[] = [
  {
    resourceType: 'DiagnosticReport',
    id: 'rep-1',
    status: 'amended',
    ...about,
    encounter: { reference: 'Encounter/enc-1' },
    code: { text: 'Troponin' },
    performer: [{ reference: 'Organization/org-1' }],
    result: [{ reference: 'Observation/lab-1' }],
  },
  {
    resourceType: 'Observation',
    id: 'lab-1',
    status: 'final',
    ...about,
    encounter: { reference: 'Encounter/enc-1' },
    category: category('laboratory'),
    code: { text: 'Troponin T' },
    effectiveDateTime: '2020-05-01T09:00:00Z',
    valueQuantity: { value: 0.01, comparator: '<', unit: 'ng/mL' },
    interpretation: [{ coding: [{ code: 'N' }] }],
    referenceRange: [{ low: { value: 0 }, high: { value: 0.04 }, text: '0 to 0.04' }],
  },
  {
    resourceType: 'Observation',
    id: 'lab-2',
    status: 'preliminary',
    ...about,
    encounter: { reference: 'Encounter/enc-1' },
    category: category('laboratory'),
    code: { text: 'Blood group' },
    valueCodeableConcept: concept(SNOMED, '112144000', 'Blood group A'),
  },
  ...(
    [
      ['soc-1', 'Alcohol', { valueString: 'None' }],
      ['soc-2', 'Housing', { valueCodeableConcept: { text: 'Own home' } }],
    ] as const
  ).map(([id, text, value]) => ({
    resourceType: 'Observation',
    id,
    status: 'final',
    ...about,
    encounter: { reference: 'Encounter/enc-1' },
    category: category('social-history'),
    code: { text },
    effectivePeriod: { start: '2000', end: '2010' },
    ...value,
  })),
  {
    resourceType: 'Observation',
    id: 'soc-3',
    status: 'final',
    ...about,
    encounter: { reference: 'Encounter/enc-1' },
    code: concept(LOINC, '72166-2', 'Tobacco smoking status'),
    effectivePeriod: { start: '1970', end: '1999' },
    valueCodeableConcept: concept(SNOMED, '8517006', 'Ex-smoker'),
  },
  {
    resourceType: 'Observation',
    id: 'soc-4',
    status: 'final',
    ...about,
    encounter: { reference: 'Encounter/enc-1' },
    code: concept(LOINC, '11778-8', 'Delivery date estimated'),
    effectivePeriod: { start: '1980-01-01', end: '1980-09-01' },
    valueDateTime: '1980-09-15',
  },
]

const PLANNED: readonly Resource[] = [
  ...(['', '387713003', '409063005'] as const).map((code, index) => ({
    resourceType: 'ServiceRequest',
    id: `req-${index}`,
    status: 'active',
    ...about,
    encounter: { reference: 'Encounter/enc-1' },
    ...(code && { category: [concept(SNOMED, code, 'Kind')] }),
    code: { text: ['Lipid panel', 'Bypass', 'Diet counseling'][index] },
    occurrenceDateTime: '2020-06-01',
  })),
  {
    resourceType: 'DeviceRequest',
    id: 'dreq-1',
    status: 'active',
    ...about,
    encounter: { reference: 'Encounter/enc-1' },
    codeCodeableConcept: { text: 'Walker' },
    authoredOn: '2020-05-05',
  },
  ...(['order', 'plan'] as const).map((intent) => ({
    resourceType: 'MedicationRequest',
    id: `med-${intent}`,
    status: 'active',
    intent,
    ...about,
    encounter: { reference: 'Encounter/enc-1' },
    medicationCodeableConcept: { text: 'Metoprolol' },
    authoredOn: '2020-05-06',
    dispenseRequest: { validityPeriod: { end: '2021-05-06' } },
    dosageInstruction: [
      {
        text: 'Twice a day',
        asNeededBoolean: false,
        timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd' } },
        route: { text: 'Oral' },
        doseAndRate: [{ doseQuantity: quantity(25, 'mg'), rateQuantity: quantity(1, 'mL/h') }],
      },
    ],
  })),
]

/** A record that was written for what the others do not have. */
export function thoroughRecord(): FhirRecord {
  const resources = [...PEOPLE, ...COVERED, ...VISIT, ...OBSERVED, ...PLANNED]
  return { name: 'thorough', patient: 'pat-9', resources }
}
