import { codesIn, isVoid } from './is-void.ts'
import { isObject, type Json, listOf, wordOf } from './json.ts'

/** A category of observations: FHIR's code of it, and how a search asks for it. */
export function ofCategory(category: string) {
  return {
    parameters: { category },
    keep: (resource: Json) => !isVoid(resource) && codesIn(resource['category']).includes(category),
  }
}

/** A report, a panel, or an observation that stands alone, and the observations that it is of. */
export interface Panel {
  readonly head: Json
  readonly members: readonly Json[]
}

/** Reports with their observations, then panels with their members, then what stands alone. */
export function panelsOf(
  reports: readonly Json[],
  observations: readonly Json[],
): readonly Panel[] {
  const all = new Map(observations.map((one) => [`Observation/${wordOf(one['id'])}`, one]))
  const told = new Set<Json>()
  const panel = (head: Json, members: readonly Json[]): Panel => {
    for (const member of members) told.add(member)
    return { head, members }
  }
  const ofReports = reports.map((one) => panel(one, membersIn(one['result'], all)))
  const heads = observations.filter((one) => membersIn(one['hasMember'], all).length > 0)
  const ofPanels = heads
    .filter((one) => !told.has(one))
    .map((one) => {
      told.add(one)
      return panel(one, membersIn(one['hasMember'], all))
    })
  const alone = observations.filter((one) => !told.has(one)).map((one) => panel(one, [one]))
  return [...ofReports, ...ofPanels, ...alone]
}

/** The observations that references lead to, a panel among them by its own members. */
function membersIn(references: unknown, all: ReadonlyMap<string, Json>): readonly Json[] {
  return listOf(references)
    .filter(isObject)
    .flatMap(({ reference }) => {
      const key = /Observation\/[A-Za-z0-9\-.]+/.exec(wordOf(reference))?.[0]
      const found = key === undefined ? undefined : all.get(key)
      return found ? [found] : []
    })
}
