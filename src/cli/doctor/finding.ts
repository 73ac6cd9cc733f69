/** What a check can come to: `cannot-tell` is where a server lets nobody know. */
export type Verdict = 'ok' | 'wrong' | 'cannot-tell' | 'note'

/** The checks, in their order. */
export const CHECKS = [
  'dns',
  'tls',
  'discovery',
  'endpoints',
  'jwks',
  'algorithms',
  'pkce',
  'scopes',
  'client-authentication',
  'pushed-request',
  'response-mode',
  'redirect-uri',
  'fhir-metadata',
  'clock',
] as const

/** What a check found. */
export interface Finding {
  readonly check: (typeof CHECKS)[number]
  readonly verdict: Verdict
  readonly says: string
  /** What mends it, here. */
  readonly remedy?: string
  /** A question to the hospital that would settle it, as it can be mailed. */
  readonly ask?: string
}

type Check = Finding['check']

export function ok(check: Check, says: string): Finding {
  return { check, verdict: 'ok', says }
}

export function note(check: Check, says: string): Finding {
  return { check, verdict: 'note', says }
}

export function wrong(check: Check, says: string, remedy: string): Finding {
  return { check, verdict: 'wrong', says, remedy }
}

export function cannotTell(check: Check, says: string, ask?: string): Finding {
  return { check, verdict: 'cannot-tell', says, ...(ask !== undefined && { ask }) }
}
