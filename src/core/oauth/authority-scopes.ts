import type { Connection } from '#core/registry/registry.ts'

const SYSTEM = 'system/'

/** The scopes that the app asks for in its own name (SMART Backend Services). */
export function systemScopes(scopes: readonly string[]): readonly string[] {
  return scopes.filter((scope) => scope.startsWith(SYSTEM))
}

/** The scopes that a person is asked for: not those that the app has in its own name. */
export function launchScopes({
  scopes,
  fhirAuthority,
}: Pick<Connection, 'scopes' | 'fhirAuthority'>): readonly string[] {
  return fhirAuthority === 'system' ? scopes.filter((scope) => !scope.startsWith(SYSTEM)) : scopes
}
