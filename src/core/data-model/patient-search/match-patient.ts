import { identifiersOf } from '#core/data-model/find-patient.ts'
import { isObject, type Json, listOf } from '#core/data-model/mapping/json.ts'
import type { PatientSearchMessage } from './patient-search-message.ts'

type Person = NonNullable<PatientSearchMessage['Patient']>

/**
 * Whether a patient is one that the message asks for: its texts exactly, but for upper and lower case.
 * An EHR may find more than that by the same parameters, or ignore one that it does not know.
 */
export function isMatch(patient: Json, { Identifiers, Demographics }: Person): boolean {
  const known = identifiersOf(patient)
  const hasAll = (Identifiers ?? []).every(
    ({ ID, IDType }) =>
      !ID || known.some((one) => one.ID === ID && (!IDType || one.IDType === IDType)),
  )
  const { FirstName, MiddleName, LastName, DOB, Sex } = Demographics ?? {}
  const names = listOf(patient['name']).filter(isObject)
  const hasName = names.some(
    ({ given, family }) =>
      isSame(LastName, [family]) &&
      isSame(FirstName, listOf(given).slice(0, 1)) &&
      isSame(MiddleName, [listOf(given).slice(1).join(' ')]),
  )
  const wantsName = Boolean(FirstName || MiddleName || LastName)
  return (
    hasAll &&
    (!wantsName || hasName) &&
    isSame(DOB, [patient['birthDate']]) &&
    isSame(Sex, [patient['gender']])
  )
}

function isSame(wanted: string | null | undefined, values: readonly unknown[]): boolean {
  if (!wanted) return true
  return values.some(
    (value) => typeof value === 'string' && value.toLowerCase() === wanted.toLowerCase(),
  )
}
