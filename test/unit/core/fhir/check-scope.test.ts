import { describe, expect, it } from 'vitest'
import { needOf } from '#core/fhir/ask.ts'
import { formOf } from '#core/fhir/check-representation.ts'
import { checkScope } from '#core/fhir/check-scope.ts'
import { interactionOf } from '#core/fhir/interactions.ts'
import { aFhirRequest } from './a-fhir-request.ts'

function check(scope: string, line: string, headers: Record<string, string[]> = {}, form = '') {
  const [method = '', target = ''] = line.split(' ')
  const [path = '', query = ''] = target.split('?')
  const segments = path.split('/').filter((segment) => segment !== '')
  const parameters = new URLSearchParams(query)
  const request = aFhirRequest({ method, query: parameters, headers, body: Buffer.from(form) })
  const hasIfNoneExist = (headers['if-none-exist'] ?? []).length > 0
  const interaction = interactionOf(method, segments, parameters, hasIfNoneExist)
  const need = needOf({
    interaction,
    method,
    parameters: new URLSearchParams([...parameters, ...formOf(request, interaction.code)]),
    resource: () => undefined,
  })
  return () => checkScope(need, scope)
}

describe('checkScope', () => {
  it.each([
    ['system/*.cruds', 'GET Patient/1'],
    ['system/*.cruds', 'GET ?_getpages=a'],
    ['system/*.cruds', 'GET Patient?_include=Patient:organization'],
    ['system/*.cruds', 'DELETE Patient?identifier=x'],
    ['system/*.*', 'PUT Patient/1'],
    ['system/*.read', 'GET Patient?name=x'],
    ['system/Patient.r', 'GET Patient/1'],
    ['system/Patient.r', 'HEAD Patient/1/_history/2'],
    ['system/Patient.s', 'POST Patient/_search'],
    ['system/Patient.c', 'POST Patient'],
    ['system/Patient.u', 'PUT Patient/1'],
    ['system/Patient.u', 'PATCH Patient/1'],
    ['system/Patient.d', 'DELETE Patient/1'],
    ['system/Patient.write', 'DELETE Patient/1'],
    ['system/Patient.r system/Observation.s', 'GET Patient/1/Observation'],
    ['system/Observation.s', 'POST Patient/1/Observation/_search'],
    ['system/Patient.us', 'PUT Patient?identifier=x'],
    ['system/Patient.d system/Patient.s', 'DELETE Patient?identifier=x'],
    ['system/*.s', 'GET Patient/1/*'],
  ])('lets %s do %s', (scope, line) => {
    expect(check(scope, line)).not.toThrow()
  })

  it.each([
    ['system/Patient.s', 'GET Patient/1'],
    ['system/Patient.r', 'GET Patient?name=x'],
    ['system/Patient.rs', 'POST Patient'],
    ['system/Patient.crs', 'PUT Patient/1'],
    ['system/Patient.cruds', 'GET Observation/1'],
    ['system/*.rs', 'DELETE Patient/1'],
    ['system/*.read', 'POST Patient'],
    ['system/*.write', 'GET Patient/1'],
    ['system/Patient.rs', 'GET Patient/1/Observation'],
    ['system/Patient.rs', 'GET Patient/1/*'],
    ['system/Patient.rs', 'GET ?_getpages=a'],
    ['system/Patient.rs', 'GET Patient?_include=Patient:organization'],
    ['system/Patient.rs', 'GET Patient?_revinclude:iterate=Observation:subject'],
    ['system/Patient.rs', 'GET Patient?_has:Observation:patient:code=1'],
    ['system/Observation.rs', 'GET Observation?patient.name=x'],
    ['system/Patient.rs', 'POST _search'],
    ['system/Patient.u', 'PUT Patient?identifier=x'],
    ['system/Patient.d', 'DELETE Patient?identifier=x'],
    ['', 'GET Patient/1'],
    ['patient/*.rs', 'GET Patient/1'],
  ])('does not let %j do %s', (scope, line) => {
    expect(check(scope, line)).toThrow(
      expect.objectContaining({ code: 'scope_insufficient', status: 403 }),
    )
  })

  it('wants search as well for a create with a condition', () => {
    const headers = { 'if-none-exist': ['identifier=x'] }

    expect(check('system/Patient.c', 'POST Patient', headers)).toThrow()
    expect(check('system/Patient.cs', 'POST Patient', headers)).not.toThrow()
  })

  it('looks into the form of a search', () => {
    const form = '_revinclude=Observation:subject'

    const headers = { 'content-type': ['application/x-www-form-urlencoded'] }

    expect(check('system/Patient.s', 'POST Patient/_search', headers, form)).toThrow()
    expect(check('system/*.s', 'POST Patient/_search', headers, form)).not.toThrow()
  })
})
