import { BrokerError } from '#core/errors.ts'

/**
 * Errors that end the whole request. Any other is a section's: `session_busy` too, since what was had
 * before somebody else began to renew the tokens is told.
 */
const OF_THE_SESSION: readonly string[] = ['session_over', 'system_access_refused', 'token_invalid']

/** The error as a section's. @throws it, when it is one of the session's, or unforeseen */
export function sectionFailure(thrown: unknown): BrokerError {
  const error = BrokerError.from(thrown)
  if (OF_THE_SESSION.includes(error.code) || error.code === 'internal_error') throw error
  return error
}
