import type { FhirApi } from '#core/data-model/gather/fhir-api.ts'
import type { Gathered } from '#core/data-model/gather/gather.ts'
import { isObject, type Json, wordOf } from '#core/data-model/mapping/json.ts'
import { text, wording } from '#core/data-model/mapping/rules.ts'
import type { Table } from '#core/data-model/mapping/table.ts'
import { dateTime } from '#core/data-model/mapping/times.ts'
import { isNumbered } from '#core/data-model/mapping/visits.ts'
import { BrokerError } from '#core/errors.ts'
import { isPlanned, tookPlace } from './encounters.ts'

/** A visit as a message names it: by its number, or by when it was. */
export interface SaidVisit {
  readonly VisitNumber?: string | null | undefined
  readonly StartDateTime?: string | null | undefined
  readonly EndDateTime?: string | null | undefined
}

/** Of the timeframe, and where a message does not say when it ends. */
const MOST_DAYS = 5
const DAY_MS = 24 * 60 * 60 * 1000

/** What belongs to a visit, and says to which. Of other types all is told, as of any summary. */
const OF_A_VISIT: readonly string[] = [
  'Observation',
  'DiagnosticReport',
  'Procedure',
  'Immunization',
  'ServiceRequest',
  'DeviceRequest',
  'MedicationRequest',
  'MedicationAdministration',
]

/** The visit in the header. */
export const VISIT: Table = {
  source: 'r4/encounter',
  rows: [
    { to: 'VisitNumber', from: ['identifier.value', 'id'], as: text },
    { to: 'StartDateTime', from: 'period.start', as: dateTime },
    { to: 'EndDateTime', from: 'period.end', as: dateTime },
    { to: 'Reason', from: ['reasonCode', 'reasonReference.resolve().code'], as: wording },
    { to: 'Location.Facility', from: 'serviceProvider.display', as: text },
    {
      to: 'Location.Department',
      from: ['location.location.display', 'location.location.resolve().name'],
      as: text,
    },
  ],
}

/**
 * Reads which visits a message is about; the number goes before the time, and where it says neither,
 * it is the one of the launch.
 *
 * @throws BrokerError `data_model_message_invalid`
 */
export function visitChoice(
  said: SaidVisit,
  ofLaunch: string | undefined,
): (encounter: Json) => boolean {
  const { VisitNumber, StartDateTime, EndDateTime } = said
  if (VisitNumber) return (encounter) => isNumbered(encounter, VisitNumber)
  if (!StartDateTime) {
    if (EndDateTime || ofLaunch === undefined)
      throw invalid('Visit needs a VisitNumber, or a StartDateTime.')
    return ({ id }) => id === ofLaunch
  }
  const start = at(StartDateTime, 'StartDateTime')
  const end = EndDateTime ? at(EndDateTime, 'EndDateTime') : start + MOST_DAYS * DAY_MS
  if (end < start || end - start > MOST_DAYS * DAY_MS) {
    throw invalid(`Visit.EndDateTime must be ${MOST_DAYS} days after Visit.StartDateTime at most.`)
  }
  return ({ period }) => {
    if (!isObject(period)) return false
    const begun = Date.parse(wordOf(period['start']))
    const ended = period['end'] === undefined ? Infinity : Date.parse(wordOf(period['end']))
    return begun <= end && ended >= start
  }
}

/** The visits among the encounters that were found. @throws BrokerError `visit_not_found` */
export function visitsIn(
  encounters: readonly Json[],
  isChosen: (encounter: Json) => boolean,
): readonly Json[] {
  const visits = encounters.filter((one) => tookPlace(one) && isChosen(one))
  if (visits.length === 0) throw new BrokerError('visit_not_found')
  return visits
}

/** What was found, without what belongs to another visit, or does not say to which. */
export function withinVisits(found: Gathered, visits: readonly Json[], api: FhirApi): Gathered {
  const known = new Set(visits.map(({ id }) => `Encounter/${wordOf(id)}`))
  const isWithin = (resource: Json): boolean => {
    const { resourceType, encounter, context } = resource
    if (resourceType === 'Encounter') return visits.includes(resource) || isPlanned(resource)
    if (!OF_A_VISIT.includes(wordOf(resourceType))) return true
    return [encounter, context]
      .map((one) => (isObject(one) ? one['reference'] : undefined))
      .some((one) => typeof one === 'string' && known.has(api.localReference(one) ?? ''))
  }
  return { ...found, of: (search) => found.of(search).filter(isWithin) }
}

function at(time: string, field: string): number {
  const ms = Date.parse(time)
  if (Number.isNaN(ms)) throw invalid(`Visit.${field} must be a date and time of ISO 8601.`)
  return ms
}

function invalid(hint: string): BrokerError {
  return new BrokerError('data_model_message_invalid', { hint })
}
