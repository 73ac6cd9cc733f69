import { EHR_FIELDS } from './ehr-connections.ts'
import { type Problem, placed } from './problem.ts'
import type { RegistryFile } from './registry-file.ts'

/** Each connection has what its way to sign on and its access to FHIR take. */
export function checkSignOn({ connections }: RegistryFile): readonly Problem[] {
  return placed('connections', connections).flatMap(({ path, value }) => {
    const isSmart = (value.signOn?.scheme ?? 'smart-ehr').startsWith('smart-')
    const needsEhr = isSmart || value.fhirAuthority !== 'none'
    const missing = EHR_FIELDS.filter((field) => value[field] === undefined)
    const isPartial = missing.length < EHR_FIELDS.length
    if (missing.length === 0 || !(needsEhr || isPartial)) return []
    return missing.map((field) => ({
      path: `${path}.${field}`,
      message: needsEhr
        ? 'Missing. A connection to an EHR has it: add it.'
        : `Missing beside the others (${EHR_FIELDS.join(', ')}). Add it, or remove them all: signing on alone needs none.`,
    }))
  })
}
