import { describe, expect, it } from 'vitest'
import { parseRegistry } from '#core/registry/parse-registry.ts'
import { registryFileWith } from '../../../support/registry-file.ts'

/** What is said of a connection with some fields otherwise. */
function problems(fields: Readonly<Record<string, unknown>>) {
  const changes = Object.entries(fields).map(([name, value]) => [`connections[0].${name}`, value])
  const file = JSON.stringify(registryFileWith(Object.fromEntries(changes)))
  const parsed = parseRegistry(file, { upstreams: 'public' })
  return 'problems' in parsed
    ? parsed.problems.map(({ path, message }) => `${path}: ${message}`)
    : []
}

describe('a connection’s way to sign on', () => {
  it('is an EHR’s launch, with its EHR, unless the file says otherwise', () => {
    expect(problems({})).toEqual([])
    expect(problems({ signOn: { scheme: 'smart-ehr' }, fhirAuthority: 'none' })).toEqual([])
    expect(problems({ fhirBaseUrl: undefined, scopes: undefined })).toEqual([
      'connections[0].fhirBaseUrl: Missing. A connection to an EHR has it: add it.',
      'connections[0].scopes: Missing. A connection to an EHR has it: add it.',
    ])
  })

  it('is one that there is', () => {
    expect(problems({ signOn: { scheme: 'ldap' } })).toEqual([
      expect.stringMatching(/^connections\[0\]\.signOn/),
    ])
  })
})
