/**
 * An `error` value fit for a log line. It comes from outside, so whatever does not look like a
 * registered code (RFC 6749 §11.4) is not repeated.
 */
export function loggableOAuthError(error: string): string {
  return /^[a-z_]{1,40}$/.test(error) ? error : 'unrecognized'
}
