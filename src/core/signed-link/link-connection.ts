import type { SignOnConnection } from '#core/registry/registry.ts'
import type { SignedLinkScheme } from '#core/registry/sign-on-scheme.ts'

/** A connection whose EHR opens links. */
export interface LinkConnection extends SignOnConnection {
  readonly signOn: SignedLinkScheme
}

export function isLinkConnection(connection: SignOnConnection): connection is LinkConnection {
  return connection.signOn?.scheme === 'signed-link'
}
