import { isTime } from '#core/data-model/mapping/times.ts'
import { BrokerError } from '#core/errors.ts'

/**
 * Checks that each text is a date, or a date and time, as FHIR writes them.
 *
 * @param times by the field's path in the message
 * @throws BrokerError `data_model_message_invalid`, with the path
 */
export function checkTimes(times: Readonly<Record<string, string | null | undefined>>): void {
  check(times, isTime, 'must be a date, or a date and time with its zone, of ISO 8601.')
}

const INSTANT = /T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/

/** The same for times that FHIR takes as an instant alone: nobody knows which a day would be. */
export function checkInstants(times: Readonly<Record<string, string | null | undefined>>): void {
  // A leap second is one that no clock here has.
  const isInstant = (time: string) =>
    isTime(time) && INSTANT.test(time) && !Number.isNaN(Date.parse(time))
  check(times, isInstant, 'must be a date and time, with seconds and its zone, of ISO 8601.')
}

function check(
  times: Readonly<Record<string, string | null | undefined>>,
  isOne: (time: string) => boolean,
  expected: string,
): void {
  for (const [path, time] of Object.entries(times)) {
    if (time && !isOne(time)) {
      throw new BrokerError('data_model_message_invalid', { hint: `${path} ${expected}` })
    }
  }
}
