import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type {
  Bundle,
  ElementDefinition,
  SearchParameter,
  StructureDefinition,
} from '@medplum/fhirtypes'

/**
 * `npm run definitions`: takes from HL7's definitions of R4 what the sandbox EHR checks resources and
 * searches by, without their prose: 4 MB of 39.
 */
const OUTPUT = new URL('../src/sandbox/ehr/fhir/r4/definitions.ndjson.gz', import.meta.url)

const folder = process.argv[2]
if (folder === undefined) throw new Error('Say in which folder HL7\'s "profiles-types.json" lies.')
const kept = [
  ...resourcesOf('profiles-types.json'),
  ...resourcesOf('profiles-resources.json'),
  ...resourcesOf('search-parameters.json'),
].flatMap((resource) => {
  if (resource.resourceType === 'StructureDefinition') return structure(resource)
  return resource.resourceType === 'SearchParameter' ? parameter(resource) : []
})
writeFileSync(
  OUTPUT,
  gzipSync(kept.map((one) => `${JSON.stringify(one)}\n`).join(''), { level: 9 }),
)

function resourcesOf(file: string) {
  const { entry = [] } = JSON.parse(readFileSync(join(folder ?? '', file), 'utf8')) as Bundle
  return entry.flatMap(({ resource }) => resource ?? [])
}

function structure(resource: StructureDefinition) {
  return {
    ...pick(resource, 'resourceType', 'url', 'version', 'name', 'kind', 'type'),
    snapshot: { element: resource.snapshot?.element?.map(element) },
  }
}

function element(whole: ElementDefinition) {
  return {
    ...pick(whole, 'id', 'path', 'min', 'max', 'base', 'contentReference', 'type', 'slicing'),
    ...(whole.isSummary && { isSummary: true }),
    ...(whole.binding && { binding: pick(whole.binding, 'strength', 'valueSet') }),
    ...(whole.constraint && {
      constraint: whole.constraint.map((one) =>
        pick(one, 'key', 'severity', 'human', 'expression'),
      ),
    }),
  }
}

function parameter(resource: SearchParameter) {
  return pick(resource, 'resourceType', 'id', 'code', 'base', 'type', 'expression', 'target')
}

function pick<T extends object, K extends keyof T>(whole: T, ...names: readonly K[]): Pick<T, K> {
  const entries = names
    .filter((name) => whole[name] !== undefined)
    .map((name) => [name, whole[name]])
  return Object.fromEntries(entries) as Pick<T, K>
}
