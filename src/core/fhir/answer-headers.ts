import type { OpenAnswer } from '#core/egress.ts'
import type { AddressMap } from './ehr-addresses.ts'

/**
 * What of the EHR's head reaches the app; a list of what may. No cookie, challenge, CORS or server
 * name of the EHR does, and no length: the body is not the one it was counted on.
 */
const PASSED_ON = [
  'content-disposition',
  'content-language',
  'content-type',
  'etag',
  'last-modified',
  'ratelimit',
  'ratelimit-limit',
  'ratelimit-policy',
  'ratelimit-remaining',
  'ratelimit-reset',
  'retry-after',
  'vary',
  'warning',
  'x-progress',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
  'x-request-id',
] as const

/** What else is true of a body that passes byte for byte. */
const PASSED_ON_UNCHANGED = [
  ...PASSED_ON,
  'accept-ranges',
  'content-encoding',
  'content-range',
] as const

/** On every answer: patient data is kept nowhere, and read as nothing but what it is said to be. */
export const PRIVATE_ANSWER = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
} as const

/** The header fields for the app. A foreign `Location` is left out: clients would follow it. */
export function answerHeaders(
  upstream: OpenAnswer['headers'],
  {
    map,
    unchanged,
    isAccepted = false,
  }: {
    readonly map: AddressMap
    readonly unchanged: boolean
    /** `Content-Location` says where to ask after an asynchronous request. */
    readonly isAccepted?: boolean
  },
): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const name of unchanged ? PASSED_ON_UNCHANGED : PASSED_ON) {
    const value = upstream.get(name)
    if (value !== null) headers[name] = value
  }
  for (const name of ['content-location', 'location'] as const) {
    const value = upstream.get(name)
    const isJob = isAccepted && name === 'content-location'
    const ours = value && (isJob ? map.job(value, 'job') : map.locationHeader(value))
    if (ours) headers[name] = ours
  }

  const etag = headers['etag']
  // Strong means byte for byte, and addresses in the body differ (RFC 9110 §8.8.1).
  if (etag?.startsWith('"') && !unchanged) headers['etag'] = `W/${etag}`
  return Object.assign(headers, PRIVATE_ANSWER)
}
