import type { Resolve } from '#core/data-model/mapping/fhir-path.ts'
import { isObject, type Json, listOf, wordOf } from '#core/data-model/mapping/json.ts'
import type { FhirApi } from './fhir-api.ts'
import { someAtOnce } from './gather.ts'
import { sectionFailure } from './section-failure.ts'
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
    gathered.map((one) => [`${wordOf(one['resourceType'])}/${wordOf(one['id'])}`, one]),
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

  const named = new Map<string, Json>()
  const namedContainer = (local: string): Json | undefined => {
    const known = named.get(local)
    if (known) return known
    const found = read.get(local)
    const made = found && namedIn(found, local)
    if (isObject(made)) named.set(local, made)
    return isObject(made) ? made : undefined
  }

  return {
    warnings: [...warnings.values(), ...unread(all.slice(MOST_READ))],
    resolve: (within) => (reference) => {
      if (typeof reference !== 'string') return undefined
      const [address = '', id] = reference.split('#')
      if (address === '' && id !== undefined) return contained(within, id)
      const local = api.localReference(address)
      const found = local === undefined ? undefined : namedContainer(local)
      return found && id !== undefined ? contained(found, id) : found
    },
  }
}

/** Nothing of FHIR lies deeper. */
const DEEPEST = 32

/**
 * What stands in a resource, its references to what it contains saying in what: a path that goes on
 * from here (`#org` of the role that a report's performer is) does not mean what the one contains
 * where it began.
 */
function namedIn(value: unknown, local: string, depth = 0): unknown {
  if (depth > DEEPEST) return value
  if (Array.isArray(value)) {
    const items = value.map((one) => namedIn(one, local, depth + 1))
    return items.every((one, index) => one === value[index]) ? value : items
  }
  if (!isObject(value)) return value
  const { reference } = value
  if (typeof reference === 'string' && reference.startsWith('#')) {
    return { ...value, reference: `${local}${reference}` }
  }
  const members = Object.entries(value).map(
    ([name, one]) => [name, namedIn(one, local, depth + 1)] as const,
  )
  return members.every(([name, one]) => one === value[name]) ? value : Object.fromEntries(members)
}

function typeOf(local: string): string {
  return local.slice(0, local.indexOf('/'))
}

function contained(within: Json, id: string): Json | undefined {
  return listOf(within['contained'])
    .filter(isObject)
    .find((one) => one['id'] === id && READ_TYPES.includes(wordOf(one['resourceType'])))
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
