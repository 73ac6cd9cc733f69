import type { Permission } from '#core/app-token/app-scope.ts'
import { BrokerError } from '#core/errors.ts'
import { type Ask, isAcrossTypes, type Need } from '#core/fhir/ask.ts'

/** A resource scope of SMART 1 or 2, with the search parameters that 2 may narrow it by. */
const RESOURCE_SCOPE =
  /^(?:patient|user|system)\/(\*|[A-Z][A-Za-z]{0,63})\.(read|write|\*|(?=[cruds])c?r?u?d?s?)(?:\?(.+))?$/

/** SMART 1's words for the letters of 2. */
const LETTERS: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' }

/**
 * Holds what is asked to the scopes that the EHR granted. A scope that is narrowed by search
 * parameters covers a search that has them too, with its pages, and nothing else: whether a resource
 * that is read by its id, or brought in by another, would be found so, only the EHR can tell.
 *
 * @throws BrokerError `grant_insufficient`
 * @see [SMART App Launch 2.2, scopes](https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html)
 */
export function checkGrant(
  asks: readonly Ask[],
  needs: readonly Need[],
  scopes: readonly string[],
): void {
  for (const [index, { type, permissions }] of needs.entries()) {
    const ask = asks[index]
    const isGranted = (permission: Permission) =>
      scopes.some((scope) => covers(scope, type, permission, ask))
    if (!permissions.every(isGranted)) {
      const where = ask?.entry === undefined ? '' : `At entry[${ask.entry}].request of the Bundle.`
      throw new BrokerError('grant_insufficient', where === '' ? {} : { hint: where })
    }
  }
}

function covers(
  scope: string,
  type: string,
  permission: Permission,
  ask: Ask | undefined,
): boolean {
  const [, scopedType, interactions = '', narrowing] = RESOURCE_SCOPE.exec(scope) ?? []
  const letters = LETTERS[interactions] ?? interactions
  const isOfType = scopedType === '*' || scopedType === type
  if (!isOfType || !letters.includes(permission)) return false
  if (narrowing === undefined) return true

  if (permission !== 's' || ask?.interaction.code !== 'search' || isAcrossTypes(ask)) return false
  if (ask.pageOf !== undefined) return true
  const { method, parameters, form = new URLSearchParams() } = ask
  const said = method === 'POST' ? form : parameters
  return [...new URLSearchParams(narrowing)].every(([name, value]) =>
    said.getAll(name).includes(value),
  )
}
