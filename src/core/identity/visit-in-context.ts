import { entryOf } from '#core/entry-of.ts'
import type { VisitInContext } from '#core/sso/hand-over.ts'
import type { EncounterResource } from './fhir-resources.ts'

/** FHIR's kinds of places, by what the data model has for them; any other is a department. */
const PLACES: Readonly<Record<string, 'facility' | 'room'>> = {
  si: 'facility',
  bu: 'facility',
  ro: 'room',
  bd: 'room',
}

/** The visit that is open: its number, and where the person is now, by the names of the places. */
export function visitInContext({
  identifier = [],
  serviceProvider,
  location = [],
}: EncounterResource): VisitInContext {
  const numbered = identifier.find(({ type }) => type?.coding?.some(({ code }) => code === 'VN'))
  const number = numbered?.value ?? identifier.find(({ value }) => value)?.value
  const placed = (wanted: 'facility' | 'department' | 'room') =>
    location
      .filter(({ status = 'active' }) => status === 'active')
      .find(({ physicalType }) => kindOf(physicalType) === wanted)?.location?.display
  const facility = serviceProvider?.display ?? placed('facility')
  const department = placed('department')
  const room = placed('room')
  return {
    ...(number && { number }),
    ...(facility && { facility }),
    ...(department && { department }),
    ...(room && { room }),
  }
}

type PhysicalType = NonNullable<EncounterResource['location']>[number]['physicalType']

function kindOf(physicalType: PhysicalType): 'facility' | 'department' | 'room' {
  const code = physicalType?.coding?.find(({ code }) => code)?.code
  return entryOf(PLACES, code) ?? 'department'
}
