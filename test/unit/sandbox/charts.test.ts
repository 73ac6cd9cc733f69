import { validateResource } from '@medplum/core'
import type { Observation, Resource } from '@medplum/fhirtypes'
import { describe, expect, it } from 'vitest'
import { CHARTS } from '#sandbox/ehr/data/charts.ts'
import { openEncounter, sampleResources } from '#sandbox/ehr/data/resources.ts'
import { indexDefinitions } from '#sandbox/ehr/fhir/definitions.ts'

const NOW = new Date('2026-05-20T14:30:00Z')
const PATIENTS = CHARTS.map(({ id }) => id)

/** The resources of a type; with a patient, those that name that patient. */
function setup() {
  const resources = sampleResources(NOW)
  const all = <T extends Resource['resourceType']>(type: T, patient?: string) =>
    resources.filter(
      (resource): resource is Extract<Resource, { resourceType: T }> =>
        resource.resourceType === type &&
        (!patient || JSON.stringify(resource).includes(`"Patient/${patient}"`)),
    )
  return { resources, all }
}

const codings = ({ code, component = [] }: Observation) =>
  [code, ...component.map((part) => part.code)].flatMap(({ coding }) => coding ?? [])

const quantities = ({ valueQuantity, component = [] }: Observation) =>
  [valueQuantity, ...component.map((part) => part.valueQuantity)].flatMap((found) => found ?? [])

const systems = (coded: readonly { readonly system?: string | undefined }[]) => [
  ...new Set(coded.map(({ system }) => system)),
]

describe('the sandbox’s patients', () => {
  it('are ten people, of both sexes and from school age to old age', () => {
    const { all } = setup()
    const patients = all('Patient')
    const years = patients.map(({ birthDate }) => Number(birthDate?.slice(0, 4)))

    expect(patients.length).toBe(10)
    expect(new Set(patients.map(({ name }) => name?.[0]?.family)).size).toBe(10)
    expect(new Set(patients.map(({ identifier }) => identifier?.[0]?.value)).size).toBe(10)
    expect(new Set(patients.map(({ telecom }) => telecom?.[0]?.value)).size).toBe(10)
    expect(new Set(patients.map(({ gender }) => gender))).toEqual(new Set(['female', 'male']))
    expect(Math.max(...years)).toBeGreaterThan(2015)
    expect(Math.min(...years)).toBeLessThan(1950)
  })

  it('are valid FHIR R4, every resource of theirs under an id of its own', () => {
    const { resources } = setup()
    indexDefinitions()

    for (const resource of resources) expect(() => validateResource(resource)).not.toThrow()
    const names = resources.map(({ resourceType, id }) => `${resourceType}/${id}`)
    expect(new Set(names).size).toBe(names.length)
  })

  it('have references only to what is there', () => {
    const { resources } = setup()
    const names = new Set(resources.map(({ resourceType, id }) => `${resourceType}/${id}`))
    const references = JSON.stringify(resources).matchAll(/"reference":"([^"]+)"/g)

    expect([...references].map(([, name]) => name).filter((name) => !names.has(`${name}`))).toEqual(
      [],
    )
  })

  it('have a past, and no future but the next visit and what is ordered for it', () => {
    const { resources } = setup()
    const isAhead = ({ id = '' }: Resource) => /-next(?:-order)?$/.test(id)
    const past = resources.filter((one) => !isAhead(one))
    expect(resources.length - past.length).toBe(2 * PATIENTS.length)
    const dates = JSON.stringify(past).matchAll(/"(\d{4}-\d\d-\d\d(?:T[\d:]+Z)?)"/g)

    const future = [...dates].filter(([, date]) => Date.parse(`${date}`) > NOW.getTime())
    expect(future.map(([, date]) => date)).toEqual([])
  })
})

describe.each(PATIENTS)('the chart of %s', (patient) => {
  it('has problems, in SNOMED CT and ICD-10-CM, and medications', () => {
    const { all } = setup()
    const conditions = all('Condition', patient)

    expect(conditions.length).toBeGreaterThanOrEqual(2)
    for (const { code } of conditions) {
      expect(code?.coding?.map(({ system }) => system)).toEqual([
        'http://snomed.info/sct',
        'http://hl7.org/fhir/sid/icd-10-cm',
      ])
    }
    expect(all('MedicationRequest', patient).length).toBeGreaterThanOrEqual(2)
    expect(all('AllergyIntolerance', patient).length).toBeGreaterThanOrEqual(1)
  })

  it('has a dozen observations and more over months, in LOINC and UCUM', () => {
    const { all } = setup()
    const observations = all('Observation', patient)
    const times = observations.map(({ effectiveDateTime }) => Date.parse(`${effectiveDateTime}`))

    expect(observations.length).toBeGreaterThanOrEqual(12)
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(30 * 86_400_000)
    for (const observation of observations) expect(quantities(observation)).not.toEqual([])
    expect(systems(observations.flatMap(codings))).toEqual(['http://loinc.org'])
    expect(systems(observations.flatMap(quantities))).toEqual(['http://unitsofmeasure.org'])
  })

  it('has visits, of which the one of today is open', () => {
    const { all } = setup()
    const encounters = all('Encounter', patient)

    expect(encounters.length).toBeGreaterThanOrEqual(3)
    expect(encounters.flatMap(({ id, status }) => (status === 'in-progress' ? [id] : []))).toEqual([
      openEncounter(patient),
    ])
  })

  it('has doses by CVX, none before birth', () => {
    const { all } = setup()
    const [born] = all('Patient').flatMap(({ id, birthDate = '' }) =>
      id === patient ? [birthDate] : [],
    )
    const doses = all('Immunization', patient)

    expect(doses.length).toBeGreaterThanOrEqual(2)
    for (const { vaccineCode, occurrenceDateTime } of doses) {
      expect(vaccineCode?.coding?.[0]).toMatchObject({
        system: 'http://hl7.org/fhir/sid/cvx',
        code: expect.stringMatching(/^\d{2,3}$/),
      })
      expect(`${occurrenceDateTime}` > `${born}`).toBe(true)
    }
  })

  it('has one note or two, in small plain text', () => {
    const { all } = setup()
    const notes = all('DocumentReference', patient)

    expect([1, 2]).toContain(notes.length)
    for (const { content } of notes) {
      const { contentType, data = '', size } = content?.[0]?.attachment ?? {}
      const text = Buffer.from(data, 'base64').toString()
      expect(contentType).toBe('text/plain; charset=utf-8')
      expect(text).toMatch(/^[A-Z].+\.\n$/s)
      expect(Buffer.byteLength(text)).toBe(size)
      expect(size).toBeLessThan(1_000)
    }
  })
})
