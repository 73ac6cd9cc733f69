import { isTime } from '#core/data-model/mapping/times.ts'
import { BrokerError } from '#core/errors.ts'

/**
 * Checks that each text is a date, or a date and time, as FHIR writes them.
 *
 * @param times by the field's path in the message
 * @throws BrokerError `data_model_message_invalid`, with the path
 */
export function checkTimes(times: Readonly<Record<string, string | null | undefined>>): void {
  for (const [path, time] of Object.entries(times)) {
    if (time && !isTime(time)) {
      throw new BrokerError('data_model_message_invalid', {
        hint: `${path} must be a date, or a date and time with its zone, of ISO 8601.`,
      })
    }
  }
}
