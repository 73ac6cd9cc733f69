import { BrokerError } from '#core/errors.ts'
import { type Ask, isChange, needOf } from '#core/fhir/ask.ts'
import type { FhirPolicy } from '#core/registry/registry.ts'

/**
 * Holds what is asked to the connection's own policy: read-only, the resource types and operations
 * that it allows.
 *
 * @throws BrokerError `policy_refused`
 */
export function checkPolicy(asks: readonly Ask[], policy: FhirPolicy): void {
  for (const ask of asks) {
    const reason = refusalOf(ask, policy)
    if (reason !== undefined) {
      const where = ask.entry === undefined ? '' : ` At entry[${ask.entry}].request of the Bundle.`
      throw new BrokerError('policy_refused', { hint: `${reason}${where}` })
    }
  }
}

function refusalOf(ask: Ask, { readOnly, operations, resourceTypes }: FhirPolicy) {
  const { code, operation, type, compartment } = ask.interaction
  if (code === 'batch' || code === 'capabilities' || code === 'job') return undefined
  if (readOnly && isChange(ask)) return 'It is read-only.'

  if (code === 'operation') {
    const isListed = operation !== undefined && operations?.includes(operation)
    if (operations && !isListed) return 'It does not allow this operation.'
    // An operation that the policy names may answer with any type.
    if (isListed && (type === undefined || resourceTypes?.includes(type))) return undefined
  }
  if (!resourceTypes) return undefined
  const types = [needOf(ask).type, ...(compartment ? [compartment.type] : [])]
  return types.every((one) => resourceTypes.includes(one))
    ? undefined
    : `It allows ${resourceTypes.join(', ')}, and this may answer with others.`
}
