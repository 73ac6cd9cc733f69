import { indexSearchParameterBundle, indexStructureDefinitionBundle } from '@medplum/core'
import type { SearchParameter } from '@medplum/fhirtypes'
import { readDefinitions } from './r4/read-definitions.ts'

const indexed = { done: false }

/** Teaches the FHIR router R4's types and search parameters: once a process, as it takes half a second. */
export function indexDefinitions(): void {
  if (indexed.done) return
  indexed.done = true
  const { structures, parameters } = readDefinitions()
  indexStructureDefinitionBundle(structures)
  const entry = parameters.flatMap(forEachType).map((resource) => ({ resource }))
  indexSearchParameterBundle({ resourceType: 'Bundle', type: 'collection', entry })
}

/**
 * A parameter of many types (`patient` has 33) as one for each: the router would try the paths of all
 * of them on every resource.
 */
function forEachType(parameter: SearchParameter): SearchParameter[] {
  const { base = [], expression = '' } = parameter
  if (base.length < 2) return [parameter]
  return base.map((type) => {
    const own = alternatives(expression).filter((one) => new RegExp(`\\b${type}\\.`).test(one))
    return {
      ...parameter,
      id: `${type}-${parameter.code}`,
      base: [type],
      ...(own.length > 0 && { expression: own.join('|') }),
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
