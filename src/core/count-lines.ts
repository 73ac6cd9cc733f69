import type { ErrorCode } from './errors.ts'
import type { EventLog } from './event-log.ts'
import type { Metrics } from './metrics.ts'

/**
 * Refusals that no honest app, browser or EHR meets in a good deployment: each is somebody's try, or
 * something that is set up wrongly, and someone should look.
 */
const SAFETY_CODES = [
  'grant_insufficient',
  'id_token_invalid',
  'link_used',
  'patient_mismatch',
  'patient_unexpected',
  'policy_refused',
  'saml_replayed',
  'saml_response_invalid',
  'sign_on_mismatch',
  'sso_redirect_refused',
  'state_browser_mismatch',
  'ticket_browser_mismatch',
  'upstream_refused',
] as const satisfies readonly ErrorCode[]

/**
 * A log that counts what it writes: errors by their event, and what a defense refused by its code.
 * Nothing else of a line becomes a number, so the number of metrics is bounded.
 */
export function countLines(log: EventLog, metrics: Metrics): EventLog {
  const countRefusal = (code: string | undefined) => {
    const safety = SAFETY_CODES.find((one) => one === code)
    if (safety) metrics.add({ name: 'SafetyEvents', code: safety })
  }
  return {
    info: (event, fields) => log.info(event, fields),
    warn(event, fields) {
      log.warn(event, fields)
      countRefusal(fields?.code)
    },
    error(event, fields) {
      log.error(event, fields)
      metrics.add({ name: 'Errors', event })
      countRefusal(fields?.code)
    },
  }
}
