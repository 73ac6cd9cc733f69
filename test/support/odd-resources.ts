import fc from 'fast-check'
import type { Resource } from './fhir-records.ts'

/** In each text of a resource that is another patient's. */
export const STRANGER = 'STRANGER'

const ODD_TEXTS = fc.constantFrom(
  '',
  ' ',
  '2020',
  '2020-02-30',
  '2020-13',
  '0000-00-00',
  '2021-01-01T25:00:00Z',
  '2021-06-30T23:59:60Z',
  '2021-01-01T10:00:00+14:00',
  'Patient/pat-1',
  'Patient/pat-2',
  'https://elsewhere.example/fhir/Practitioner/1',
  '#contained',
  'urn:uuid:0b5f1f3c-0a4c-4ad0-9a3c-6d1a54c1c0aa',
  '__proto__',
  'constructor',
  'toString',
  '\u0000\ud800',
)

/** Any JSON that may stand where FHIR has something else. */
const ODD: fc.Arbitrary<unknown> = fc.oneof(
  ODD_TEXTS,
  fc.string(),
  fc.constantFrom(null, true, false, 0, -0, 1e308, 5e-324),
  fc.constantFrom(
    [],
    {},
    [null],
    [[]],
    [{}],
    { reference: '#' },
    { coding: null },
    { toString: 0 },
  ),
  fc.jsonValue({ maxDepth: 3 }),
)

/** A place in a resource: which member, or item, of each level; and what is done there. */
const CHANGE = fc.record({
  way: fc.array(fc.nat(20), { minLength: 1, maxLength: 6 }),
  does: fc.constantFrom('replace', 'remove', 'repeat', 'wrap', 'extend'),
  odd: ODD,
})

/** A resource of a record, with some elements missing, repeated, extended, or of another type. */
export function oddResource(resources: readonly Resource[]): fc.Arbitrary<Resource> {
  return fc
    .tuple(fc.constantFrom(...resources), fc.array(CHANGE, { minLength: 1, maxLength: 8 }))
    .map(([resource, changes]) =>
      changes.reduce<Resource>(
        // Whom it is about, and what it is, are for other tests.
        (one, { way, does, odd }) => ({
          ...(changed(one, way, does, odd) as Resource),
          ...kept(resource),
        }),
        resource,
      ),
    )
}

/** The same resource, another patient's, in each text of which is {@link STRANGER}. */
export function ofStranger(resource: Resource): Resource {
  const marked = mark(resource) as Resource
  const reference = { reference: 'Patient/pat-2' }
  return {
    ...marked,
    resourceType: resource['resourceType'],
    id: `${resource['id']}-other`,
    ...Object.fromEntries(
      ['subject', 'patient', 'beneficiary']
        .filter((name) => name in resource)
        .map((name) => [name, reference]),
    ),
    ...(resource['resourceType'] === 'Appointment' && {
      participant: [{ actor: reference, status: 'accepted' }],
    }),
  }
}

function kept(resource: Resource): Resource {
  return Object.fromEntries(
    ['resourceType', 'id', 'subject', 'patient', 'beneficiary']
      .filter((name) => name in resource)
      .map((name) => [name, resource[name]]),
  )
}

function changed(value: unknown, way: readonly number[], does: string, odd: unknown): unknown {
  const [at = 0, ...rest] = way
  if (Array.isArray(value) && value.length > 0) {
    const index = at % value.length
    const item = value[index]
    if (rest.length > 0) return value.with(index, changed(item, rest, does, odd))
    if (does === 'remove') return value.toSpliced(index, 1)
    return does === 'repeat' ? [...value, item] : value.with(index, odd)
  }
  if (typeof value !== 'object' || value === null) return odd
  const names = Object.keys(value)
  const name = names[at % Math.max(1, names.length)]
  if (name === undefined) return odd
  const { [name]: member, ...others } = value as Resource
  if (rest.length > 0) return { ...value, [name]: changed(member, rest, does, odd) }
  if (does === 'remove') return others
  if (does === 'wrap') return { ...value, [name]: [member] }
  if (does === 'extend') return { ...value, [`_${name}`]: { extension: [odd] }, extension: odd }
  return { ...value, [name]: does === 'repeat' ? [member, member] : odd }
}

function mark(value: unknown): unknown {
  if (typeof value === 'string') return `${STRANGER} ${value}`
  if (Array.isArray(value)) return value.map(mark)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, mark(one)]))
}
