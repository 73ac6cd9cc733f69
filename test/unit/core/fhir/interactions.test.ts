import { describe, expect, it } from 'vitest'
import { interactionOf } from '#core/fhir/interactions.ts'

const INSTANCE = ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE']
const TYPE = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

const at = (path: string) => {
  const [segments = '', query = ''] = path.split('?')
  return [segments.split('/').filter((part) => part !== ''), new URLSearchParams(query)] as const
}

describe('interactionOf', () => {
  it.each([
    ['GET', 'Patient/123', 'read'],
    ['HEAD', 'Patient/123', 'read'],
    ['GET', 'Patient/123/_history/2', 'read'],
    ['GET', 'Patient', 'search'],
    ['GET', 'Patient?name=x', 'search'],
    ['POST', 'Patient/_search', 'search'],
    ['GET', 'Patient/_search?page=2', 'search'],
    ['POST', '_search', 'search'],
    ['GET', '?_getpages=abc', 'search'],
    ['GET', 'Patient/123/Observation', 'search'],
    ['GET', 'Patient/123/*', 'search'],
    ['POST', 'Patient/123/Observation/_search', 'search'],
    ['POST', 'Patient', 'write'],
    ['PUT', 'Patient/123', 'write'],
    ['PATCH', 'Patient/123', 'write'],
    ['DELETE', 'Patient/123', 'write'],
    ['PUT', 'Patient?identifier=a', 'write'],
    ['DELETE', 'Patient?identifier=a', 'write'],
    ['DELETE', 'Patient?_lastUpdated=lt2020&_count=1', 'write'],
  ])('knows %s %s as a %s', (method, path, interaction) => {
    expect(interactionOf(method, ...at(path))).toBe(interaction)
  })

  it.each([
    ['POST', '', []],
    ['GET', '', []],
    ['GET', '?_redox_session=s', []],
    ['POST', 'Patient/123', INSTANCE],
    ['OPTIONS', 'Patient/_search', ['GET', 'HEAD', 'POST']],
    ['TRACE', 'Patient', TYPE],
    ['PUT', 'Patient/123/_history/2', ['GET', 'HEAD']],
    ['DELETE', '', []],
    ['GET', 'metadata', []],
    ['GET', '.well-known/smart-configuration', []],
    ['GET', 'Patient/$everything', []],
    ['POST', 'Patient/123/$everything', []],
    ['GET', '$export', []],
    ['GET', 'patient/123', []],
    ['GET', 'Patient/_history', []],
    ['GET', 'Patient/123/_history', []],
    ['GET', 'Patient/1/Observation/2/Encounter', []],
    ['get', 'Patient', TYPE],
  ])('refuses %s %s and says what is allowed', (method, path, allow) => {
    expect(() => interactionOf(method, ...at(path))).toThrow(
      expect.objectContaining({ code: 'fhir_interaction_unsupported', allow }),
    )
  })

  it.each(['PUT', 'PATCH', 'DELETE'])('refuses a %s of a type that selects nothing', (method) => {
    for (const query of [
      '',
      '?_redox_session=s',
      '?_format=json&_pretty=true',
      '?identifier=',
      '?_count=1&_sort=name',
      '?_include=Patient:organization&_revinclude:iterate=Observation:subject',
      '?=a',
    ]) {
      expect(() => interactionOf(method, ...at(`Patient${query}`))).toThrow(
        expect.objectContaining({
          code: 'fhir_interaction_unsupported',
          allow: ['GET', 'HEAD', 'POST'],
        }),
      )
    }
  })
})
