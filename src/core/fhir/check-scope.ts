import { type Permission, scopePermits } from '#core/app-token/app-scope.ts'
import { BrokerError } from '#core/errors.ts'
import type { FhirRequest } from './fhir-request.ts'
import type { Interaction } from './interactions.ts'

const WRITES: Readonly<Record<string, Permission>> = {
  POST: 'c',
  PUT: 'u',
  PATCH: 'u',
  DELETE: 'd',
}

/** Parameters that bring in, or ask about, resources of other types than the one in the path. */
const ACROSS_TYPES = /^(?:_include|_revinclude|_has)(?:$|:)|\./

/**
 * Holds the app to the scope that its token was narrowed to. A write with a condition is a search
 * too, as its answer tells what was found.
 *
 * @param type the resource type that the scope must have, as {@link scopeTypeOf} says
 *
 * @throws BrokerError `scope_insufficient`
 * @see [SMART App Launch 2.2, scopes](https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html)
 */
export function checkScope(
  request: FhirRequest,
  {
    segments,
    interaction,
    type,
  }: {
    readonly segments: readonly string[]
    readonly interaction: Interaction
    readonly type: string
  },
  scope: string,
): void {
  const permissions = permissionsOf(request, segments, interaction)
  if (!permissions.every((permission) => scopePermits(scope, type, permission))) {
    throw new BrokerError('scope_insufficient', { detail: { method: request.method } })
  }
}

function permissionsOf(
  { method, header }: FhirRequest,
  segments: readonly string[],
  interaction: Interaction,
): readonly Permission[] {
  if (interaction === 'read') return ['r']
  const write = interaction === 'write' ? WRITES[method] : undefined
  if (write === undefined) return ['s']
  const isConditional = method === 'POST' ? header('if-none-exist').length > 0 : segments.length < 2
  return isConditional ? [write, 's'] : [write]
}

/** The resource type that must be in the scope; `*` for what may answer with any. */
export function scopeTypeOf(
  request: FhirRequest,
  [type = '*', , inCompartment]: readonly string[],
  interaction: Interaction,
): string {
  if (interaction !== 'search') return type
  const form = request.method === 'POST' ? Buffer.from(request.body).toString('utf8') : ''
  const names = [...request.query.keys(), ...new URLSearchParams(form).keys()]
  if (type === '_search' || names.some((name) => ACROSS_TYPES.test(name))) return '*'
  return inCompartment ?? type
}
