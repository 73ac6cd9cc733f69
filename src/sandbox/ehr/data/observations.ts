import type { Observation, Patient, Quantity, Reference } from '@medplum/fhirtypes'
import type { Calendar } from './calendar.ts'
import type { Chart, LaboratoryPanel, VitalSigns } from './chart.ts'
import {
  concept,
  DIASTOLIC,
  hl7Concept,
  LABORATORY,
  type Measure,
  SYSTOLIC,
  VITAL_SIGNS,
} from './codes.ts'

/** A chart's flow sheet and laboratory results as Observations. */
export function toObservations(chart: Chart, calendar: Calendar): readonly Observation[] {
  return [
    ...chart.vitalSigns.flatMap((row) => vitalSignObservations(chart, row, calendar)),
    ...chart.laboratory.flatMap((panel) => laboratoryObservations(chart, panel, calendar)),
  ]
}

function vitalSignObservations(
  { id }: Chart,
  { daysAgo, bloodPressure, ...measured }: VitalSigns,
  calendar: Calendar,
): readonly Observation[] {
  const common: Omit<Observation, 'code'> = {
    resourceType: 'Observation',
    status: 'final',
    category: [hl7Concept('observation-category', 'vital-signs')],
    subject: patientReference(id),
    encounter: { reference: `Encounter/${id}-${daysAgo}` },
    effectiveDateTime: calendar.ago(daysAgo, 20),
  }
  const [systolic, diastolic] = bloodPressure

  return [
    {
      ...common,
      id: `${id}-${daysAgo}-blood-pressure`,
      code: concept('loinc', '85354-9', 'Blood pressure'),
      component: [component(SYSTOLIC, systolic), component(DIASTOLIC, diastolic)],
    },
    ...Object.entries(VITAL_SIGNS).flatMap(([name, measure]): readonly Observation[] => {
      const value = measured[name as keyof typeof VITAL_SIGNS]
      if (value === undefined) return []
      return [
        {
          ...common,
          id: `${id}-${daysAgo}-${name}`.toLowerCase(),
          code: concept('loinc', measure.code, measure.text),
          ...result(measure, value),
        },
      ]
    }),
  ]
}

/** Id of a laboratory result, by its name in the chart. */
export function resultId(patient: string, daysAgo: number, name: string): string {
  return `${patient}-${daysAgo}-${name}`.toLowerCase()
}

function laboratoryObservations(
  { id }: Chart,
  { daysAgo, values }: LaboratoryPanel,
  calendar: Calendar,
): readonly Observation[] {
  return Object.entries(values).map(([name, value]): Observation => {
    const measure: Measure = LABORATORY[name as keyof typeof LABORATORY]
    return {
      resourceType: 'Observation',
      id: resultId(id, daysAgo, name),
      status: 'final',
      category: [hl7Concept('observation-category', 'laboratory')],
      code: concept('loinc', measure.code, measure.text),
      subject: patientReference(id),
      effectiveDateTime: calendar.ago(daysAgo, 300),
      ...result(measure, value),
    }
  })
}

function component(measure: Measure, value: number) {
  return {
    code: concept('loinc', measure.code, measure.text),
    valueQuantity: quantity(measure, value),
  }
}

type Result = Pick<Observation, 'valueQuantity' | 'interpretation' | 'referenceRange'>

function result(measure: Measure, value: number): Result {
  const { low, high } = measure
  return {
    valueQuantity: quantity(measure, value),
    ...((low !== undefined || high !== undefined) && {
      interpretation: [hl7Concept('v3-ObservationInterpretation', interpret(measure, value))],
      referenceRange: [
        {
          ...(low !== undefined && { low: quantity(measure, low) }),
          ...(high !== undefined && { high: quantity(measure, high) }),
        },
      ],
    }),
  }
}

function interpret({ low, high }: Measure, value: number): 'L' | 'H' | 'N' {
  if (low !== undefined && value < low) return 'L'
  return high !== undefined && value > high ? 'H' : 'N'
}

function quantity({ unit, writtenUnit = unit }: Measure, value: number): Quantity {
  return { value, unit: writtenUnit, system: 'http://unitsofmeasure.org', code: unit }
}

function patientReference(id: string): Reference<Patient> {
  return { reference: `Patient/${id}` }
}
