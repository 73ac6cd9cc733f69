import { namedVersion } from '#cli/connect/find-ehr.ts'
import { readDocument } from '#core/discovery/read-document.ts'
import type { Egress } from '#core/egress.ts'
import type { Examined } from './examined.ts'
import { cannotTell, type Finding, ok, wrong } from './finding.ts'

/** A clock apart by more makes assertions and ID tokens too old, or of the future. */
const MOST_SKEW_SECONDS = 30

/** Whether the FHIR server is one, and of the version that the registry says. */
export async function checkFhir({ connection }: Examined, egress: Egress): Promise<Finding> {
  const base = connection.fhirBaseUrl.replace(/\/$/, '')
  const read = await readDocument(`${base}/metadata`, {
    accept: 'application/fhir+json',
    headers: {},
    hosts: [new URL(base).host],
    egress,
  })
  if (!('document' in read)) {
    return /^status_40[13]$/.test(read.reason)
      ? cannotTell(
          'fhir-metadata',
          `The CapabilityStatement is closed (${read.reason}).`,
          `Which version of FHIR is at ${base}? Its metadata cannot be read without signing on.`,
        )
      : wrong(
          'fhir-metadata',
          `There is no CapabilityStatement at ${base}/metadata (${read.reason}).`,
          'Is fhirBaseUrl the FHIR base, without more?',
        )
  }
  const { fhirVersion } = read.document
  const version = namedVersion(fhirVersion)
  if (version === undefined) {
    return cannotTell(
      'fhir-metadata',
      `${base}/metadata names no version that we know.`,
      `Which version of FHIR is at ${base}?`,
    )
  }
  return version === connection.fhirVersion
    ? ok('fhir-metadata', `FHIR ${version} (${fhirVersion}).`)
    : wrong(
        'fhir-metadata',
        `The server speaks ${version} (${fhirVersion}), and the registry says ${connection.fhirVersion}.`,
        `Correct fhirVersion, or fhirBaseUrl.`,
      )
}

/** The `Date` of an answer, and when it came. */
export interface DatedAnswer {
  readonly host: string
  readonly date: string
  /** Epoch milliseconds. */
  readonly receivedAt: number
}

/** An egress that notes the `Date` of every answer. */
export function noting(egress: Egress, now: () => number, answers: DatedAnswer[]): Egress {
  return async (target, init, options) => {
    const response = await egress(target, init, options)
    const date = response.headers.get('date')
    if (date) answers.push({ host: new URL(target).host, date, receivedAt: now() })
    return response
  }
}

/** Whether the servers' clocks go with ours, by the answers that came. */
export function checkClock(answers: readonly DatedAnswer[]): Finding {
  const skews = answers.flatMap(({ host, date, receivedAt }) => {
    const seconds = Math.round((Date.parse(date) - receivedAt) / 1_000)
    return Number.isNaN(seconds) ? [] : [{ host, seconds }]
  })
  const [worst] = skews.sort((one, other) => Math.abs(other.seconds) - Math.abs(one.seconds))
  if (!worst) {
    return cannotTell(
      'clock',
      'No answer has a Date.',
      'Is the clock of your authorization server synchronized? Its answers have no Date header.',
    )
  }
  const { host, seconds } = worst
  return Math.abs(seconds) <= MOST_SKEW_SECONDS
    ? ok('clock', `The servers’ clocks are within ${Math.abs(seconds)} s of this one.`)
    : wrong(
        'clock',
        `The clock of ${host} is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} this one.`,
        'One of them is wrong. Synchronize it: assertions and ID tokens are good for a minute or a few.',
      )
}
