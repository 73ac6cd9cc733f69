import type { ServerResponse } from 'node:http'
import { afterAll } from 'vitest'
import { plainBrowser } from '../support/browser.ts'
import type { FhirRequestSeen } from '../support/fake-ehr.ts'
import { givenBroker } from './given-broker.ts'

const about = { subject: { reference: 'Patient/pat-1' }, status: 'final', code: { text: 'One' } }
const categorized = (category: string) => ({
  ...about,
  category: [{ coding: [{ code: category }] }],
})

const ADA = {
  resourceType: 'Patient',
  id: 'pat-1',
  identifier: [{ type: { coding: [{ code: 'MR' }] }, value: 'M-1' }],
  name: [{ given: ['Ada'], family: 'Lovelace' }],
}

/** One of each section's, and of nothing else. */
const HAS: Readonly<Record<string, object>> = {
  'Patient/pat-1': ADA,
  AllergyIntolerance: { patient: about.subject, code: about.code },
  Condition: { ...about, category: [{ coding: [{ code: 'problem-list-item' }] }] },
  Encounter: { ...about, status: 'finished', type: [about.code] },
  Immunization: { patient: about.subject, status: 'completed', vaccineCode: about.code },
  MedicationRequest: {
    ...about,
    status: 'active',
    intent: 'order',
    medicationCodeableConcept: about.code,
  },
  Procedure: { ...about, status: 'completed' },
  'Observation?vital-signs': categorized('vital-signs'),
  'Observation?laboratory': categorized('laboratory'),
}
export const EIGHT = [
  'Allergies',
  'Encounters',
  'Immunizations',
  'Medications',
  'Problems',
  'Procedures',
  'Results',
  'VitalSigns',
]

/** How the EHR answers otherwise what is named so (`Procedure`, `POST Observation`), for the test that says so. */
export const departs = new Map<string, (response: ServerResponse) => unknown>()

function answer({ method, url }: FhirRequestSeen, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(url, 'http://ehr.example')
  const path = pathname.slice('/fhir/'.length)
  const category = searchParams.get('category')
  const search = path === 'Observation' && category ? `${path}?${category}` : path
  const name = method === 'POST' ? `POST ${path}` : search
  const departure = departs.get(name) ?? (method === 'GET' ? departs.get(path) : undefined)
  if (departure) return void departure(response)
  const resource = HAS[name]
  const found = path.includes('/')
    ? resource
    : {
        resourceType: 'Bundle',
        type: 'searchset',
        entry: resource ? [{ resource: { resourceType: path, id: 'one', ...resource } }] : [],
      }
  response
    .writeHead(found ? 200 : 404, { 'content-type': 'application/fhir+json' })
    .end(JSON.stringify(found ?? { resourceType: 'OperationOutcome' }))
}

/** The Data Model API in a session at an EHR that has one resource of each of eight sections, and no other. */
export async function givenEightSections() {
  const broker = await givenBroker({ ehr: { fhir: answer } })
  afterAll(() => broker.close())
  const session = (await broker.signOn(plainBrowser())).message.body.Meta.SessionID

  type Call = Partial<Omit<Parameters<typeof broker.api>[1], 'body'>>

  /** A message, its answer, and what the EHR was asked for that. */
  async function post(message: unknown, call: Call = {}) {
    const before = broker.ehr.fhirRequests.length
    const told = await broker.api('/endpoint', {
      session,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof message === 'string' ? message : JSON.stringify(message),
      ...call,
    })
    const json = JSON.parse(await told.text())
    return { status: told.status, json, requests: broker.ehr.fhirRequests.slice(before) }
  }
  return { broker, session, post }
}
