import { describe, expect, it } from 'vitest'
import { interactionOf } from '#core/fhir/interactions.ts'

const INSTANCE = ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE']
const TYPE = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']
const OPERATION = ['GET', 'HEAD', 'POST']

const at = (path: string) => {
  const [segments = '', query = ''] = path.split('?')
  return [segments.split('/').filter((part) => part !== ''), new URLSearchParams(query)] as const
}

describe('interactionOf', () => {
  it.each([
    ['GET', 'Patient/123', { code: 'read', type: 'Patient', id: '123' }],
    ['HEAD', 'Patient/123', { code: 'read', type: 'Patient', id: '123' }],
    ['GET', 'Patient/123/_history/2', { code: 'vread', type: 'Patient', id: '123' }],
    ['GET', 'Patient/123/_history', { code: 'history', type: 'Patient', id: '123' }],
    ['GET', 'Patient/_history', { code: 'history', type: 'Patient' }],
    ['GET', '_history?_count=2', { code: 'history' }],
    ['GET', 'Patient', { code: 'search', type: 'Patient' }],
    ['GET', 'Patient?name=x', { code: 'search', type: 'Patient' }],
    ['POST', 'Patient/_search', { code: 'search', type: 'Patient' }],
    ['GET', 'Patient/_search?page=2', { code: 'search', type: 'Patient' }],
    ['POST', '_search', { code: 'search' }],
    ['GET', '?_getpages=abc', { code: 'search' }],
    [
      'GET',
      'Patient/123/Observation',
      { code: 'search', type: 'Observation', compartment: { type: 'Patient', id: '123' } },
    ],
    [
      'GET',
      'Patient/123/*',
      { code: 'search', type: '*', compartment: { type: 'Patient', id: '123' } },
    ],
    [
      'POST',
      'Patient/123/Observation/_search',
      { code: 'search', type: 'Observation', compartment: { type: 'Patient', id: '123' } },
    ],
    ['POST', 'Patient', { code: 'create', type: 'Patient' }],
    ['PUT', 'Patient/123', { code: 'update', type: 'Patient', id: '123' }],
    ['PATCH', 'Patient/123', { code: 'patch', type: 'Patient', id: '123' }],
    ['DELETE', 'Patient/123', { code: 'delete', type: 'Patient', id: '123' }],
    ['PUT', 'Patient?identifier=a', { code: 'update', type: 'Patient', isConditional: true }],
    ['PATCH', 'Patient?identifier=a', { code: 'patch', type: 'Patient', isConditional: true }],
    ['DELETE', 'Patient?identifier=a', { code: 'delete', type: 'Patient', isConditional: true }],
    [
      'DELETE',
      'Patient?_lastUpdated=lt2020&_count=1',
      { code: 'delete', type: 'Patient', isConditional: true },
    ],
    ['POST', '', { code: 'batch' }],
    ['GET', 'metadata', { code: 'capabilities' }],
    ['GET', '$export', { code: 'operation', operation: '$export' }],
    ['POST', 'Patient/$match', { code: 'operation', type: 'Patient', operation: '$match' }],
    [
      'GET',
      'Patient/123/$everything',
      { code: 'operation', type: 'Patient', id: '123', operation: '$everything' },
    ],
    [
      'POST',
      'Patient/123/_history/2/$made-up',
      { code: 'operation', type: 'Patient', id: '123', operation: '$made-up' },
    ],
  ])('knows %s %s as %j', (method, path, interaction) => {
    expect(interactionOf(method, ...at(path))).toEqual({ isConditional: false, ...interaction })
  })

  it('knows a create with a condition by its header', () => {
    expect(interactionOf('POST', ...at('Patient'), true)).toMatchObject({ isConditional: true })
  })

  it.each([
    ['GET', '', ['POST']],
    ['GET', '?_redox_session=s', ['POST']],
    ['POST', 'Patient/123', INSTANCE],
    ['OPTIONS', 'Patient/_search', ['GET', 'HEAD', 'POST']],
    ['TRACE', 'Patient', TYPE],
    ['PUT', 'Patient/123/_history/2', ['GET', 'HEAD']],
    ['DELETE', '', ['POST']],
    ['POST', 'metadata', ['GET', 'HEAD']],
    ['GET', '.well-known/smart-configuration', []],
    ['PUT', 'Patient/123/$everything', OPERATION],
    ['DELETE', '$export', OPERATION],
    ['GET', 'Patient/$', []],
    ['GET', '_unknown', []],
    ['GET', 'patient/123', []],
    ['DELETE', 'Patient/123/_history', ['GET', 'HEAD']],
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
