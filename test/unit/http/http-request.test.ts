import { describe, expect, it } from 'vitest'
import {
  bodyBytes,
  formParameters,
  type HttpRequest,
  header,
  headerValues,
  navigationParameters,
  queryParameters,
} from '#http/http-request.ts'

const request = (fields: object) => fields as unknown as HttpRequest
const form = (body: string, contentType?: string, more: object = {}) =>
  request({
    httpMethod: 'POST',
    headers: contentType === undefined ? {} : { 'Content-Type': contentType },
    body,
    ...more,
  })
const FORM = 'application/x-www-form-urlencoded'

describe('the headers of a request', () => {
  it('are found whatever their case, each line of them once', () => {
    const both = request({
      headers: { Accept: 'b' },
      multiValueHeaders: { Accept: ['a', 'b'], ACCEPT: ['c'], Empty: [], Nothing: undefined },
    })

    expect(headerValues(both, 'ACCEPT')).toEqual(['a', 'b', 'c'])
    expect(headerValues(both, 'empty')).toEqual([])
    expect(headerValues(both, 'nothing')).toEqual([])
  })

  it('are found where there is but one of each', () => {
    const single = request({ headers: { Accept: 'a', Nothing: undefined } })

    expect(headerValues(single, 'accept')).toEqual(['a'])
    expect(headerValues(single, 'nothing')).toEqual([])
    expect(headerValues(request({}), 'accept')).toEqual([])
  })

  it('have one value, or none that counts', () => {
    const twice = request({ multiValueHeaders: { Host: ['a', 'b'], Accept: ['c'] } })

    expect(header(twice, 'host')).toBeUndefined()
    expect(header(twice, 'accept')).toBe('c')
  })
})

describe('the parameters of a request', () => {
  it('are those of its query, with repeats and in their order', () => {
    const query = { _id: ['1', '2'], none: undefined, name: ['Ötzi & co'] }

    expect([...queryParameters(request({ multiValueQueryStringParameters: query }))]).toEqual([
      ['_id', '1'],
      ['_id', '2'],
      ['name', 'Ötzi & co'],
    ])
    expect([...queryParameters(request({ multiValueQueryStringParameters: null }))]).toEqual([])
  })

  it.each([FORM, `${FORM}; charset=UTF-8`, ` ${FORM.toUpperCase()} ;x`])(
    'are those of a form that says so: %s',
    (contentType) => {
      expect(formParameters(form('a=1&b=%C3%96', contentType)).get('b')).toBe('Ö')
    },
  )

  it.each([undefined, '', 'application/json', `${FORM}x`, 'text/plain;application'])(
    'are refused in a body of another type, with the type that is needed: %s',
    (contentType) => {
      expect(() => formParameters(form('a=1', contentType))).toThrow(
        expect.objectContaining({
          code: 'request_body_invalid',
          message: expect.stringContaining('Send application/x-www-form-urlencoded.'),
        }),
      )
    },
  )

  it('are the form’s of a POST, and the query’s of anything else', () => {
    const both = { multiValueQueryStringParameters: { from: ['query'] } }

    expect(navigationParameters(form('from=form', FORM, both)).get('from')).toBe('form')
    expect(
      navigationParameters(form('from=form', FORM, { ...both, httpMethod: 'GET' })).get('from'),
    ).toBe('query')
  })
})

describe('the body of a request', () => {
  it('is its bytes, of text or of base64', () => {
    expect(bodyBytes(request({ body: 'Ö', isBase64Encoded: false }))).toEqual(Buffer.from('Ö'))
    expect(bodyBytes(request({ body: '/w==', isBase64Encoded: true }))).toEqual(Buffer.of(255))
    expect(bodyBytes(request({ body: null }))).toEqual(Buffer.alloc(0))
  })
})
