import type { Registration } from '#core/registry/registry.ts'
import type { TokenSet } from './token-vault.ts'

/**
 * The registration with the client that a session's tokens were issued to, though it names another by
 * now: a refresh token is bound to its client, and any other that presents it is refused, or taken
 * for a thief. The registration itself where the client is the same, or is not known.
 *
 * @see [RFC 6749 §6](https://www.rfc-editor.org/rfc/rfc6749.html#section-6)
 */
export function clientIssuedTo(
  registration: Registration,
  { clientId }: Pick<TokenSet, 'clientId'>,
): Registration {
  return clientId === undefined || clientId === registration.clientId
    ? registration
    : { ...registration, clientId }
}
