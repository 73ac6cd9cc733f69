import type { ServerResponse } from 'node:http'
import { answerFhir, type FhirRequestSeen, type Misbehavior } from './fake-ehr.ts'

/** People and a visit of whom everything is known that an SSO message can say. */
const CHART: Readonly<Record<string, object>> = {
  'Practitioner/prac-full': {
    resourceType: 'Practitioner',
    id: 'prac-full',
    name: [{ use: 'official', given: ['Maren', 'Ida'], family: 'Lindqvist' }],
    identifier: [{ system: 'http://hl7.org/fhir/sid/us-npi', value: '1234567893' }],
    telecom: [
      { system: 'phone', use: 'work', value: '+15550002' },
      { system: 'email', value: 'maren@general.example' },
    ],
    communication: [{ coding: [{ code: 'sv-SE' }] }],
  },
  PractitionerRole: {
    resourceType: 'Bundle',
    entry: [
      {
        resource: {
          resourceType: 'PractitionerRole',
          active: true,
          specialty: [{ coding: [{ code: '394579002', display: 'Cardiology' }] }],
        },
      },
    ],
  },
  'Patient/pat-full': {
    resourceType: 'Patient',
    id: 'pat-full',
    name: [{ use: 'official', given: ['Adaeze', 'Ruth'], family: 'Okonkwo' }],
    identifier: [{ type: { coding: [{ code: 'MR' }] }, value: 'MRN-0043' }],
    birthDate: '1984-02-11',
    gender: 'female',
    telecom: [
      { system: 'phone', use: 'home', value: '+15550100' },
      { system: 'phone', use: 'work', value: '+15550101' },
      { system: 'phone', use: 'mobile', value: '+15550102' },
    ],
    address: [
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
  },
  'Encounter/enc-full': {
    resourceType: 'Encounter',
    id: 'enc-full',
    identifier: [{ type: { coding: [{ code: 'VN' }] }, value: 'V-77' }],
    serviceProvider: { display: 'General Hospital' },
    location: [
      { location: { display: '3N' }, physicalType: { coding: [{ code: 'wa' }] } },
      { location: { display: '12' }, physicalType: { coding: [{ code: 'ro' }] } },
    ],
  },
}

/** The token response of a launch from that chart, with an order open. */
export const LAUNCH_FROM_FULL_CHART: Misbehavior = {
  idTokenClaims: { fhirUser: 'Practitioner/prac-full', zoneinfo: 'America/Chicago' },
  tokenMembers: {
    patient: 'pat-full',
    encounter: 'enc-full',
    fhirContext: [{ reference: 'ServiceRequest/order-7' }],
    scope: 'launch openid fhirUser patient/*.rs user/*.rs offline_access',
  },
}

/** The fake EHR's FHIR server, with the chart beside what it always has. */
export function fhirWithFullChart(seen: FhirRequestSeen, response: ServerResponse): void {
  const resource = CHART[seen.url.replace(/^\/fhir\//, '').replace(/\?.*$/, '')]
  if (!resource) answerFhir(seen, response)
  else
    response
      .writeHead(200, { 'content-type': 'application/fhir+json' })
      .end(JSON.stringify(resource))
}
