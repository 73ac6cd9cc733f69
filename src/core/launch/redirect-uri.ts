import type { Registration } from '#core/registry/registry.ts'

/**
 * The redirect URI of a registration: the common one, or its own below that, where the registry says
 * so.
 *
 * @param common `{base}/redirect`
 */
export function redirectUriOf(
  { id, ownRedirectUri }: Pick<Registration, 'id' | 'ownRedirectUri'>,
  common: string,
): string {
  return ownRedirectUri ? ownRedirectUriOf(id, common) : common
}

/** The redirect URI that is a registration's alone. */
export function ownRedirectUriOf(registration: string, common: string): string {
  return `${common}/${registration}`
}
