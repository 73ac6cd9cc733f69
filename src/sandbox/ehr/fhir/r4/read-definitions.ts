import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { SearchParameter, StructureDefinition } from '@medplum/fhirtypes'

const FILE = new URL('definitions.ndjson.gz', import.meta.url)

interface Definitions {
  readonly structures: StructureDefinition[]
  readonly parameters: SearchParameter[]
}

/** R4's types and search parameters, as HL7 defines them and without their prose. */
export function readDefinitions(): Definitions {
  const lines = gunzipSync(readFileSync(FILE)).toString().trimEnd().split('\n')
  const all = lines.map((line) => JSON.parse(line) as StructureDefinition | SearchParameter)
  return {
    structures: all.filter((one) => one.resourceType === 'StructureDefinition'),
    parameters: all.filter((one) => one.resourceType === 'SearchParameter'),
  }
}
