import { readdirSync, readFileSync } from 'node:fs'
import { sampleResources } from '#sandbox/ehr/data/resources.ts'

export type Resource = Readonly<Record<string, unknown>>

/** What an EHR has of one patient, and what that refers to. */
export interface FhirRecord {
  readonly name: string
  readonly patient: string
  readonly resources: readonly Resource[]
}

const SYNTHEA = new URL('../../node_modules/cql-exec-fhir/test/fixtures/r4/', import.meta.url)
const EXAMPLES = new URL('../data/fhir-examples/r4.ndjson', import.meta.url)

/** The two R4 records of the package cql-exec-fhir, which Synthea made. */
export function syntheaRecords(): readonly FhirRecord[] {
  return readdirSync(SYNTHEA)
    .filter((file) => /^[A-Z]\w+_\w+-/.test(file))
    .map((file) => {
      const text = readFileSync(new URL(file, SYNTHEA), 'utf8')
      const { entry } = JSON.parse(text) as { readonly entry: readonly { resource: Resource }[] }
      const types = new Map(entry.map(({ resource }) => [resource['id'], resource['resourceType']]))
      // A server that took the bundle would refer by type and id.
      const served = text.replace(/urn:uuid:([0-9a-f-]{36})/g, (whole, id) =>
        types.has(id) ? `${types.get(id)}/${id}` : whole,
      )
      const resources = JSON.parse(served).entry.map((one: { resource: Resource }) => one.resource)
      return recordOf(file.split('_')[0] ?? file, resources)
    })
}

/** The sandbox EHR's patients, a record each. */
export function sandboxRecords(now: Date): readonly FhirRecord[] {
  const all = JSON.parse(JSON.stringify(sampleResources(now))) as readonly Resource[]
  const patients = all.filter(({ resourceType }) => resourceType === 'Patient')
  return patients.map((patient) => {
    const id = String(patient['id'])
    const others = all.filter(
      (one) => one['resourceType'] !== 'Patient' && !isAbout(one, patients, id),
    )
    return recordOf(id, [patient, ...others])
  })
}

/** HL7's examples, each about another patient, as one record: they are all made about `example`. */
export function exampleRecord(): FhirRecord {
  const lines = readFileSync(EXAMPLES, 'utf8').trim().split('\n')
  const resources = lines
    .map((line) => JSON.parse(line) as Resource)
    .filter(({ resourceType, id }) => resourceType !== 'Patient' || id === 'example')
    .map(aboutExample)
  return recordOf('examples', resources)
}

function aboutExample(resource: Resource, index: number): Resource {
  const reference = { reference: 'Patient/example' }
  const renamed = Object.entries(resource).map(([name, value]) =>
    ['subject', 'patient', 'beneficiary'].includes(name) ? [name, reference] : [name, value],
  )
  const made = Object.fromEntries(renamed)
  const isDevice = resource['resourceType'] === 'Device'
  // Several examples are named alike; a server has each id once.
  const ids = {
    id: resource['resourceType'] === 'Patient' ? 'example' : `${resource['id'] ?? 'x'}-${index}`,
  }
  return { ...made, ...ids, ...(isDevice && { patient: reference }) }
}

function isAbout(resource: Resource, patients: readonly Resource[], but: string): boolean {
  const text = JSON.stringify(resource)
  return patients.some(({ id }) => id !== but && text.includes(`"Patient/${id}"`))
}

function recordOf(name: string, resources: readonly Resource[]): FhirRecord {
  const patient = resources.find(({ resourceType }) => resourceType === 'Patient')
  return { name, patient: String(patient?.['id']), resources }
}
