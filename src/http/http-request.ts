import type { APIGatewayProxyEvent } from 'aws-lambda'
import { BrokerError } from '#core/errors.ts'

/** A REST API request in the proxy integration's form, version 1.0. */
export type HttpRequest = APIGatewayProxyEvent

/** The values of headers by their names in lower case; several header lines are several values. */
export type HeaderIndex = (name: string) => readonly string[]

/** The headers, whatever the case of their names; each line of them is read once. */
export function headerIndex({ multiValueHeaders, headers }: HttpRequest): HeaderIndex {
  const lines = new Map<string, readonly string[]>()
  const add = (name: string, values: readonly string[]) => {
    const before = lines.get(name)
    lines.set(name, before ? [...before, ...values] : values)
  }

  for (const [key, values] of Object.entries(multiValueHeaders ?? {})) {
    if (values && values.length > 0) add(key.toLowerCase(), values)
  }
  // API Gateway says the same in both; what calls by hand may have one only.
  if (lines.size === 0) {
    for (const [key, value] of Object.entries(headers ?? {})) {
      if (value !== undefined) add(key.toLowerCase(), [value])
    }
  }
  return (name) => lines.get(name) ?? []
}

/** One header's values, whatever its case. */
export function headerValues(request: HttpRequest, name: string): readonly string[] {
  return headerIndex(request)(name.toLowerCase())
}

/** The header's only value; `undefined` if it is absent or sent more than once. */
export function header(request: HttpRequest, name: string): string | undefined {
  const values = headerValues(request, name)
  return values.length === 1 ? values[0] : undefined
}

/** All parameters of the query, decoded, in API Gateway's order; repeats are kept. */
export function queryParameters(request: HttpRequest): URLSearchParams {
  const parameters = new URLSearchParams()
  for (const [name, values] of Object.entries(request.multiValueQueryStringParameters ?? {})) {
    for (const value of values ?? []) parameters.append(name, value)
  }
  return parameters
}

/** The body's bytes; API Gateway sends them in base64 where the media type is binary. */
export function bodyBytes({ body, isBase64Encoded }: HttpRequest): Buffer {
  return Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8')
}

/**
 * The form in the body.
 *
 * @throws BrokerError `request_body_invalid` when the content type is not a form's
 */
export function formParameters(request: HttpRequest): URLSearchParams {
  const mediaType = header(request, 'content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  if (mediaType !== 'application/x-www-form-urlencoded') {
    throw new BrokerError('request_body_invalid', {
      hint: 'Send application/x-www-form-urlencoded.',
    })
  }
  return new URLSearchParams(bodyBytes(request).toString('utf8'))
}

/**
 * What a navigation sends: the query of a GET, the form of a POST (`form_post`, and launches that an
 * EHR posts).
 *
 * @throws BrokerError `request_body_invalid`
 */
export function navigationParameters(request: HttpRequest): URLSearchParams {
  return request.httpMethod === 'POST' ? formParameters(request) : queryParameters(request)
}

/** Cookies by name. A name that is sent twice keeps its first value, as the more specific one. */
export function cookies(request: HttpRequest): Map<string, string> {
  const jar = new Map<string, string>()
  for (const line of headerValues(request, 'cookie')) {
    for (const pair of line.split(';')) {
      const separator = pair.indexOf('=')
      const name = pair.slice(0, Math.max(separator, 0)).trim()
      if (name !== '' && !jar.has(name)) jar.set(name, pair.slice(separator + 1).trim())
    }
  }
  return jar
}
