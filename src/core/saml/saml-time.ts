import { refused } from './refuse.ts'

const UTC = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z$/

/**
 * Seconds of a time in a message, which is in UTC and says so; a fraction is cut off.
 *
 * @throws BrokerError `saml_response_invalid`, reason `time_invalid`
 * @see [SAML 2.0 Core §1.3.3](https://docs.oasis-open.org/security/saml/v2.0/saml-core-2.0-os.pdf)
 */
export function secondsOf(time: string): number {
  const [, toTheSecond] = UTC.exec(time) ?? []
  const milliseconds = toTheSecond === undefined ? Number.NaN : Date.parse(`${toTheSecond}Z`)
  if (Number.isNaN(milliseconds)) throw refused('time_invalid')
  return milliseconds / 1000
}

/** A time as messages have it. */
export function samlTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}
