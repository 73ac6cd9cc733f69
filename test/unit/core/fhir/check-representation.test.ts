import { describe, expect, it } from 'vitest'
import { checkRepresentation } from '#core/fhir/check-representation.ts'
import type { InteractionCode } from '#core/fhir/interactions.ts'
import { aFhirRequest } from './a-fhir-request.ts'

const WRITES: Readonly<Record<string, InteractionCode>> = {
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
}
const FORM = 'application/x-www-form-urlencoded'

const get = (query: string, accept: readonly string[], isBinary = false) =>
  checkRepresentation(aFhirRequest({ query: new URLSearchParams(query), headers: { accept } }), {
    code: 'read',
    isBinary,
  })

const post = (form: string, contentType: string, more: Record<string, string[]> = {}) =>
  checkRepresentation(
    aFhirRequest({
      method: 'POST',
      body: Buffer.from(form),
      headers: { 'content-type': [contentType], ...more },
    }),
    { code: 'search', isBinary: false },
  )

const write = (method: string, body: string, contentType: string) =>
  checkRepresentation(
    aFhirRequest({
      method,
      body: Buffer.from(body),
      headers: contentType ? { 'content-type': [contentType] } : {},
    }),
    { code: WRITES[method] ?? 'create', isBinary: false },
  )

describe('checkRepresentation', () => {
  it.each([
    ['', []],
    ['', ['']],
    ['', ['*/*']],
    ['', ['application/json']],
    ['', ['application/fhir+json; fhirVersion=4.0']],
    ['', ['application/json+fhir']],
    ['', ['application/xml;q=0.5, application/fhir+json']],
    ['', ['application/xml', 'application/json']],
    ['_format=json', ['application/xml']],
    ['_format=application/fhir%2Bjson', []],
    ['_format=application/fhir+json', []],
    ['_format=json&_format=application/json', []],
  ])('takes ?%s with Accept %j (FD-12, CL-10)', (query, accept) => {
    expect(() => get(query, accept)).not.toThrow()
  })

  it.each([
    ['', ['application/fhir+xml']],
    ['', ['application/xml, text/html']],
    ['', ['text/turtle']],
    ['_format=xml', []],
    ['_format=xml', ['application/json']],
    ['_format=json&_format=xml', []],
    ['_format=application/fhir%2Bxml', []],
    ['_format=html', []],
    ['_format=', []],
  ])('refuses ?%s with Accept %j (FD-12, 28)', (query, accept) => {
    expect(() => get(query, accept)).toThrow(
      expect.objectContaining({ code: 'fhir_format_unsupported' }),
    )
  })

  it('lets a Binary be asked for as what it is, but not as XML of FHIR', () => {
    expect(() => get('', ['application/pdf'], true)).not.toThrow()
    expect(() => get('', ['application/fhir+xml'], true)).toThrow(
      expect.objectContaining({ code: 'fhir_format_unsupported' }),
    )
  })

  it.each([
    ['name=x', FORM],
    ['name=x', `${FORM}; charset=utf-8`],
    ['_format=json', FORM],
    ['', 'application/json'],
    ['', ''],
  ])('takes the form "%s" as %s', (form, contentType) => {
    expect(() => post(form, contentType)).not.toThrow()
  })

  it.each([
    ['<Parameters/>', 'application/fhir+xml'],
    ['{}', 'application/fhir+json'],
    ['name=x', ''],
    ['name=x', 'text/plain'],
  ])('refuses the body %s as %s', (form, contentType) => {
    expect(() => post(form, contentType)).toThrow(
      expect.objectContaining({ code: 'fhir_media_type_unsupported' }),
    )
  })

  it('refuses XML asked for in the form', () => {
    expect(() => post('_format=xml', FORM)).toThrow(
      expect.objectContaining({ code: 'fhir_format_unsupported' }),
    )
  })

  it.each(['_redox_session=s', 'a=1&%5Fredox%5Fsession=s'])(
    'refuses a session in the form, which would reach the EHR: %s',
    (form) => {
      expect(() => post(form, FORM)).toThrow(
        expect.objectContaining({ code: 'request_body_invalid' }),
      )
    },
  )

  it.each([
    ['POST', '{}', 'application/fhir+json'],
    ['PUT', '{}', 'application/json; charset=utf-8'],
    ['PATCH', '[]', 'application/json-patch+json'],
    ['PATCH', '[]', 'application/json'],
    ['DELETE', '', ''],
  ])('takes a write by %s of %s as %s (CL-13)', (method, body, contentType) => {
    expect(() => write(method, body, contentType)).not.toThrow()
  })

  it.each([
    ['POST', '<Patient/>', 'application/fhir+xml', 'fhir_media_type_unsupported'],
    ['PUT', 'a=b', FORM, 'fhir_media_type_unsupported'],
    ['POST', '{}', 'application/json; charset=utf-16', 'fhir_media_type_unsupported'],
    ['PUT', '{}', '', 'fhir_media_type_unsupported'],
    ['POST', '', 'application/fhir+json', 'request_body_invalid'],
  ])('refuses a write by %s of %s as %s', (method, body, contentType, code) => {
    expect(() => write(method, body, contentType)).toThrow(expect.objectContaining({ code }))
  })
})
