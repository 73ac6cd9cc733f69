import { BrokerError } from '#core/errors.ts'

/** What a launch address answers without a parameter that this launch needs (SM-02). */
export function missingParameter(parameter: 'iss' | 'launch'): BrokerError {
  return new BrokerError('launch_parameter_invalid', {
    hint: `The parameter at fault is ${parameter}.`,
    detail: { parameter, reason: 'missing' },
  })
}
