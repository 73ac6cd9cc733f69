import { describe, expect, it } from 'vitest'
import { readReferences } from '#core/data-model/gather/references.ts'
import { valuesAt } from '#core/data-model/mapping/fhir-path.ts'
import { memoryFhirApi } from '../../../support/answer-model.ts'
import type { Resource } from '../../../support/fhir-records.ts'

const organization = (id: string, name: string) => ({ resourceType: 'Organization', id, name })

/** A report whose performer is a role; both contain an organization by the same id. */
const REPORT = {
  resourceType: 'DiagnosticReport',
  id: 'report',
  contained: [organization('org', 'Laboratory')],
  performer: [{ reference: 'PractitionerRole/role' }, { reference: '#org' }],
}
const ROLE = {
  resourceType: 'PractitionerRole',
  id: 'role',
  contained: [organization('org', 'Clinic')],
  organization: { reference: '#org' },
}

async function setup(resource: Resource, elements: readonly string[], server: readonly Resource[]) {
  const api = memoryFhirApi(server)
  const wanted = [{ section: 'Results', resources: [resource], elements }]
  const { resolve, warnings } = await readReferences(wanted, [resource], api)
  return {
    namesAt: (path: string) => valuesAt(resource, path, resolve(resource)),
    warnings,
    asked: api.asked,
  }
}

describe('a reference to what is contained', () => {
  it('means what the resource contains that it stands in, however a path came there', async () => {
    const { namesAt } = await setup(REPORT, ['performer'], [ROLE])

    expect(namesAt('performer.resolve().name')).toEqual(['Laboratory'])
    expect(namesAt('performer.resolve().organization.resolve().name')).toEqual(['Clinic'])
  })

  it('leads nowhere where the resource that it stands in contains nothing', async () => {
    const { contained: _, ...role } = ROLE
    const { namesAt } = await setup(REPORT, ['performer'], [role])

    expect(namesAt('performer.resolve().organization.resolve().name')).toEqual([])
  })

  it('may be in what is contained itself, and means a sibling', async () => {
    const resource = {
      ...REPORT,
      contained: [...REPORT.contained, { ...ROLE, contained: undefined }],
      performer: [{ reference: '#role' }],
    }
    const { namesAt, asked } = await setup(resource, ['performer'], [])

    expect(namesAt('performer.resolve().organization.resolve().name')).toEqual(['Laboratory'])
    expect(asked).toEqual([])
  })
})

describe('what is referred to', () => {
  const performers = (length: number) =>
    Array.from({ length }, (_, n) => ({ reference: `Practitioner/p-${n}` }))

  it.each([
    [60, 60, 0],
    [61, 60, 1],
  ])('of %d is read for %d, each once, and said where there are more', async (...row) => {
    const [length, read, warned] = row
    const performer = [...performers(length), ...performers(length)]
    const { asked, warnings } = await setup({ ...REPORT, performer }, ['performer'], [])

    expect(new Set(asked).size).toBe(read)
    expect(asked).toHaveLength(read)
    expect(warnings).toHaveLength(warned)
    for (const { text } of warnings) expect(text).toMatch(/^Results names some of what it refers/)
  })

  it('of another server, or a type that no mapping uses, is not read', async () => {
    const performer = [
      { reference: 'https://elsewhere.example/fhir/Practitioner/p-1' },
      { reference: 'Patient/pat-2' },
      { reference: 'Practitioner/../Patient/pat-2' },
    ]
    const { asked } = await setup({ ...REPORT, performer }, ['performer'], [])

    expect(asked).toEqual([])
  })
})
