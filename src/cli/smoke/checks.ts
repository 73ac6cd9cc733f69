/** The checks, in their order, and what each is about. */
export const SMOKE_CHECKS = {
  launch: 'a whole launch, up to the SSO message at the app',
  read: 'FHIR read in the session, with a token bound to it',
  refresh: 'a new access token where the EHR takes the old one no more',
  'renamed-headers': 'what the gateway calls `WWW-Authenticate`, buffered and streamed',
  streaming: 'the beginning of a long answer is with the client before its end has left the EHR',
  'broken-answer': 'a client can tell an answer that broke off in the middle from a whole one',
  'cold-starts': 'how long functions took to start',
  'access-log': 'the access log has a line a request, and no secret and no patient in it',
} as const

export type SmokeCheck = keyof typeof SMOKE_CHECKS

type Outcome = 'ok' | 'failed' | 'does not apply'

export interface SmokeResult {
  readonly check: SmokeCheck
  readonly outcome: Outcome
  readonly says: string
}

/** What a check is refuted by, for the line that says so. */
class SmokeFailure extends Error {
  override readonly name = 'SmokeFailure'
}

/** @throws SmokeFailure unless it holds */
export function hold(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new SmokeFailure(otherwise)
}
