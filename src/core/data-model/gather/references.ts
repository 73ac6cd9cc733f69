import type { Resolve } from '#core/data-model/mapping/fhir-path.ts'
import { isObject, type Json, listOf } from '#core/data-model/mapping/json.ts'
import type { FhirApi } from './fhir-api.ts'
import { sectionFailure, someAtOnce } from './gather.ts'
import { missing, type Warning } from './warning.ts'

/** Of one message. The mappings use what a reference displays where it is not read. */
const MOST_READ = 60

/** What is read for a mapping because something of the patient's refers to it. */
const READ_TYPES: readonly string[] = [
  'Practitioner',
  'PractitionerRole',
  'Organization',
  'Location',
  'Medication',
  'Device',
]

export interface References {
  readonly resolve: (within: Json) => Resolve
  readonly warnings: readonly Warning[]
}

/** An element of a section's resources whose references are worth reading. */
export interface Wanted {
  readonly section: string
  readonly resources: readonly Json[]
  /** Elements that refer, by path: `participant.individual`. */
  readonly elements: readonly string[]
}

/**
 * Reads what resources refer to, each thing once. What was gathered, or is contained, is there
 * already; those of a foreign server, and of types that no mapping uses, are not read.
 */
export async function readReferences(
  wanted: readonly Wanted[],
  gathered: readonly Json[],
  api: FhirApi,
): Promise<References> {
  const read = new Map<string, Json>(
    gathered.map((one) => [`${one['resourceType']}/${one['id']}`, one]),
  )
  const sections = new Map<string, string>()
  for (const { section, resources, elements } of wanted) {
    for (const resource of resources) {
      for (const reference of elements.flatMap((path) => referencesAt(resource, path.split('.')))) {
        const local = api.localReference(reference)
        if (local && READ_TYPES.includes(typeOf(local)) && !read.has(local)) {
          sections.set(local, section)
        }
      }
    }
  }

  const warnings = new Map<string, Warning>()
  const all = [...sections]
  await someAtOnce(all.slice(0, MOST_READ), async ([local, section]) => {
    const type = typeOf(local)
    try {
      const resource = await api.read(type, local.slice(type.length + 1))
      if (resource) read.set(local, resource)
    } catch (error) {
      const failure = sectionFailure(error)
      warnings.set(`${section} ${type}`, missing(section, type, failure))
    }
  })

  return {
    warnings: [...warnings.values(), ...unread(all.slice(MOST_READ))],
    resolve: (within) => (reference) => {
      if (typeof reference !== 'string') return undefined
      if (reference.startsWith('#')) return contained(within, reference.slice(1))
      const local = api.localReference(reference)
      return local === undefined ? undefined : read.get(local)
    },
  }
}

function typeOf(local: string): string {
  return local.slice(0, local.indexOf('/'))
}

function contained(within: Json, id: string): Json | undefined {
  return listOf(within['contained'])
    .filter(isObject)
    .find((one) => one['id'] === id && READ_TYPES.includes(String(one['resourceType'])))
}

function unread(left: readonly (readonly [string, string])[]): readonly Warning[] {
  return [...new Set(left.map(([, section]) => section))].map((section) => ({
    section,
    type: 'Practitioner',
    code: 'upstream_too_large',
    text: `${section} names some of what it refers to only as its references do: there is more than is read here.`,
  }))
}

function referencesAt(value: unknown, path: readonly string[]): readonly string[] {
  const [name, ...rest] = path
  if (!isObject(value)) return []
  if (name === undefined) {
    const { reference } = value
    return typeof reference === 'string' ? [reference] : []
  }
  return listOf(value[name]).flatMap((one) => referencesAt(one, rest))
}
