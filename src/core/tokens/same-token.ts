import type { Secret } from '#core/secret.ts'

/** Whether two tokens are the same; none is the same as one that is not there. */
export function isSameToken(token: Secret, other: Secret | undefined): boolean {
  return other !== undefined && token.reveal() === other.reveal()
}
