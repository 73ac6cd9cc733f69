import { isObject, type Json, listOf, wordOf } from '#core/data-model/mapping/json.ts'
import type { FhirApi } from './fhir-api.ts'
import { allPages, type Paged } from './pages.ts'
import { missing, type Warning } from './warning.ts'

/** At once toward one EHR, whose pool of workers other apps share. */
const MOST_AT_ONCE = 6

/** Of one search. More are left, and said to be. */
const MOST_RESOURCES = 10_000

/** Asked for in a page; servers that have a limit of their own keep to that. */
const PAGE_SIZE = '200'

/** What is wanted of the EHR for a part of a message. */
export interface Search {
  /** The section that lacks something when it fails, as the data model names it. */
  readonly section: string
  readonly type: string
  /** Beside the patient. */
  readonly parameters?: Readonly<Record<string, string | readonly string[]>>
  /** What of the answer is meant: servers exist that do not know a parameter, and ignore it. */
  readonly keep?: (resource: Json) => boolean
}

/** What the searches have brought. */
export interface Gathered {
  /** Of a search, in the EHR's order, each once and all about the patient. */
  of(search: Search): readonly Json[]
  readonly warnings: readonly Warning[]
  /** A limit was met, of resources or of time, and there is more. */
  readonly isIncomplete: boolean
}

/** Elements that say whom a resource is about, in the order in which resources have them. */
const SUBJECTS = ['subject', 'patient', 'beneficiary'] as const

/**
 * Does the searches of a message for one patient, some at a time, each with all of its pages. A search
 * that fails leaves the others as they are, and a warning.
 *
 * Whatever is not about the patient is left out, as is what does not say whom it is about.
 *
 * @throws BrokerError `session_over`: that is about the session, not a section
 */
export async function gather(
  searches: readonly Search[],
  patient: string,
  api: FhirApi,
): Promise<Gathered> {
  const found = new Map<Search, readonly Json[]>()
  const warnings: Warning[] = []
  let isIncomplete = false

  const one = async (search: Search) => {
    const { section, type } = search
    const { resources, failure } = await pagesFor(search, patient, api)
    const own = resources.filter((resource) => isAbout(resource, patient, api))
    found.set(search, own.filter(search.keep ?? (() => true)))
    const strangers = resources.length - own.length
    if (strangers > 0) warnings.push(notThePatients(section, type, strangers))
    if (failure === undefined) return
    if (failure === 'limit') warnings.push(tooMany(section, type))
    else warnings.push(missing(section, type, failure))
    if (resources.length > 0) isIncomplete = true
  }
  await someAtOnce(searches, one)
  return {
    of: (search) => found.get(search) ?? [],
    warnings: inOrder(warnings, searches),
    isIncomplete,
  }
}

/** Calls for each, {@link MOST_AT_ONCE} of them under way; rejects when one does, the rest unbegun. */
export async function someAtOnce<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items.values()
  const worker = async () => {
    for (const item of waiting) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(MOST_AT_ONCE, items.length) }, worker))
}

/** All pages of a search for a patient. */
function pagesFor(
  { type, parameters = {} }: Search,
  patient: string,
  api: FhirApi,
): Promise<Paged> {
  const asked = new URLSearchParams(
    Object.entries({ patient, ...parameters, _count: PAGE_SIZE }).flatMap(([name, values]) =>
      [values].flat().map((value): [string, string] => [name, value]),
    ),
  )
  return allPages(type, asked, api, { most: MOST_RESOURCES })
}

function isAbout(resource: Json, patient: string, api: FhirApi): boolean {
  const isAppointment = resource['resourceType'] === 'Appointment'
  const subjects = isAppointment
    ? patientsOf(resource)
    : SUBJECTS.flatMap((name) => listOf(resource[name]))
  return (
    subjects.length > 0 &&
    subjects.every((subject) => {
      const reference = isObject(subject) ? subject['reference'] : undefined
      return typeof reference === 'string' && api.localReference(reference) === `Patient/${patient}`
    })
  )
}

/** An appointment has no subject: it is about whichever patients take part. */
function patientsOf({ participant }: Json): readonly unknown[] {
  return listOf(participant)
    .map((one) => (isObject(one) ? one['actor'] : undefined))
    .filter((actor) => isObject(actor) && /(?:^|\/)Patient\//.test(wordOf(actor['reference'])))
}

function notThePatients(section: string, type: string, count: number): Warning {
  return {
    section,
    type,
    code: 'patient_mismatch',
    text: `${section} lacks ${count} of the EHR’s ${type} resources, which do not say that they are about this patient.`,
  }
}

function tooMany(section: string, type: string): Warning {
  return {
    section,
    type,
    code: 'upstream_too_large',
    text: `${section} has the first ${type} resources only: the EHR has more than are taken here.`,
  }
}

/** As the searches stand, whichever failed first. */
function inOrder(warnings: readonly Warning[], searches: readonly Search[]): readonly Warning[] {
  const place = ({ section, type }: Warning) =>
    searches.findIndex((search) => search.section === section && search.type === type)
  return warnings.toSorted((a, b) => place(a) - place(b))
}
