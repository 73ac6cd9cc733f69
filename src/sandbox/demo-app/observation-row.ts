import type { Observation, Quantity } from '@medplum/fhirtypes'

/** An observation as the table shows it. */
export interface ObservationRow {
  readonly when: string
  readonly what: string
  readonly result: string
  readonly flag: 'High' | 'Low' | undefined
}

/** UCUM's codes in the way people write them; the rest are the same. */
const UNITS: Readonly<Record<string, string>> = {
  'mm[Hg]': 'mmHg',
  Cel: '°C',
  '/min': 'per min',
  'm[IU]/L': 'mIU/L',
  '10*3/uL': '×10³/µL',
}

const FLAGS: Readonly<Record<string, 'High' | 'Low'>> = { H: 'High', L: 'Low' }

export function toRow(observation: Observation): ObservationRow {
  const { code, component, effectiveDateTime, interpretation, valueQuantity } = observation
  return {
    when: effectiveDateTime ? formatTime(Date.parse(effectiveDateTime)) : '',
    what: code.text ?? code.coding?.[0]?.display ?? 'Observation',
    result: component
      ? formatQuantities(component.flatMap((part) => part.valueQuantity ?? []))
      : formatQuantities(valueQuantity ? [valueQuantity] : []),
    flag: FLAGS[interpretation?.[0]?.coding?.[0]?.code ?? ''],
  }
}

/** A time in words, in the server's own zone. */
export function formatTime(epochMs: number): string {
  return new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeStyle: 'short' }).format(
    epochMs,
  )
}

function formatQuantities(quantities: readonly Quantity[]): string {
  const unit = quantities[0]?.unit ?? ''
  const values = quantities.map(({ value }) => value?.toLocaleString('en-US') ?? '?').join('/')
  return `${values} ${UNITS[unit] ?? unit}`.trim()
}
