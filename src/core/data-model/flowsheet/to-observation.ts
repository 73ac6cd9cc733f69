import type { Json } from '#core/data-model/mapping/json.ts'
import { INTERPRETATIONS } from '#core/data-model/mapping/observations.ts'
import { isTime } from '#core/data-model/mapping/times.ts'
import { CODE_SYSTEMS } from '#core/data-model/terminology/code-systems.ts'
import { providerReference } from '#core/data-model/writes/resources.ts'
import { BrokerError } from '#core/errors.ts'
import type { SaidObservation } from './flowsheet-message.ts'

const STATUSES = { Final: 'final', Preliminary: 'preliminary', Corrected: 'corrected' } as const

const VITAL_SIGNS = {
  system: 'http://terminology.hl7.org/CodeSystem/observation-category',
  code: 'vital-signs',
  display: 'Vital Signs',
}

const INTERPRETATION = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation'

/**
 * One measurement as an observation, without whom it is about.
 *
 * @param path of it in the message
 * @throws BrokerError `data_model_message_invalid`
 */
export function toObservation(said: SaidObservation, path: string): Json {
  const { Code, Codeset, Description, Status, Notes, Observer, ReferenceRange, AbnormalFlag } = said
  const { Low, High, Text } = ReferenceRange ?? {}
  const hasRange = typeof Low === 'number' || typeof High === 'number' || Boolean(Text)
  return {
    resourceType: 'Observation',
    status: STATUSES[Status ?? 'Final'],
    category: [{ coding: [VITAL_SIGNS] }],
    code: {
      coding: [
        {
          ...(Codeset && { system: systemOf(Codeset) }),
          code: Code,
          ...(Description && { display: Description }),
        },
      ],
    },
    effectiveDateTime: said.DateTime,
    ...measuredValue(said, path),
    ...(AbnormalFlag && { interpretation: [interpretation(AbnormalFlag, path)] }),
    ...(Notes?.length && { note: Notes.map((text) => ({ text })) }),
    ...(Observer && { performer: [providerReference(Observer)] }),
    ...(hasRange && {
      referenceRange: [
        {
          ...(typeof Low === 'number' && { low: { value: Low } }),
          ...(typeof High === 'number' && { high: { value: High } }),
          ...(Text && { text: Text }),
        },
      ],
    }),
  }
}

/** FHIR's address of a system that a message names, by its name or OID; an address as it is. */
function systemOf(codeset: string): string {
  const known = CODE_SYSTEMS.find(({ name, oid }) =>
    [name.toLowerCase(), oid].includes(codeset.toLowerCase()),
  )
  if (known) return known.system
  if (/^\d+(?:\.\d+)+$/.test(codeset)) return `urn:oid:${codeset}`
  return codeset
}

function measuredValue({ ValueType, Value, Units }: SaidObservation, path: string): Json {
  switch (ValueType) {
    case 'Numeric': {
      const value = Number(Value)
      if (Value.trim() === '' || !Number.isFinite(value)) {
        throw invalid(`${path}.Value must be a number, as ${path}.ValueType says.`)
      }
      return { valueQuantity: { value, ...(Units && { unit: Units }) } }
    }
    case 'DateTime':
      if (!isTime(Value)) throw invalid(`${path}.Value must be a date and time of ISO 8601.`)
      return { valueDateTime: Value }
    case 'Time':
      if (!/^\d\d:\d\d:\d\d$/.test(Value)) throw invalid(`${path}.Value must be a time, hh:mm:ss.`)
      return { valueTime: Value }
    case 'Coded Entry':
      return { valueCodeableConcept: { text: Value } }
    case 'String':
      return { valueString: Value }
  }
}

function interpretation(flag: string, path: string): Json {
  const [code] = Object.entries(INTERPRETATIONS).find(([, name]) => name === flag) ?? []
  if (code === undefined) {
    const known = Object.values(INTERPRETATIONS).join(', ')
    throw invalid(`${path}.AbnormalFlag must be one of ${known}.`)
  }
  return { coding: [{ system: INTERPRETATION, code, display: flag }] }
}

function invalid(hint: string): BrokerError {
  return new BrokerError('data_model_message_invalid', { hint })
}
