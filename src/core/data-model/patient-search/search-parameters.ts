import type { Warning } from '#core/data-model/gather/warning.ts'
import type { PatientSearchMessage } from './patient-search-message.ts'

type Person = NonNullable<PatientSearchMessage['Patient']>

/** An `IDType` that is a system, and not a word. */
const SYSTEM = /^(?:https?:|urn:)/

/**
 * What the EHR is asked by. A search for a name, a birth date or an identifier; the rest narrows it.
 *
 * @see [FHIR R4, Patient search parameters](https://hl7.org/fhir/R4/patient.html#search)
 */
export function searchParameters({ Identifiers, Demographics }: Person): URLSearchParams {
  const asked = new URLSearchParams()
  const add = (name: string, value: string | null | undefined) => {
    if (value) asked.append(name, value.replace(/[\\$,|]/g, '\\$&'))
  }
  for (const { ID, IDType } of Identifiers ?? []) {
    if (!ID) continue
    if (IDType === 'FHIR') add('_id', ID)
    else if (IDType && SYSTEM.test(IDType)) asked.append('identifier', `${IDType}|${ID}`)
    else add('identifier', ID)
  }
  const { FirstName, LastName, DOB, Sex, PhoneNumber, EmailAddresses, Address } = Demographics ?? {}
  add('given', FirstName)
  add('family', LastName)
  add('birthdate', DOB)
  // These narrow a search; alone they would ask for everybody.
  if (asked.size === 0 && !PhoneNumber && !EmailAddresses?.length) return asked
  add('gender', Sex?.toLowerCase())
  add('phone', PhoneNumber?.Home ?? PhoneNumber?.Mobile ?? PhoneNumber?.Office)
  add('email', EmailAddresses?.[0])
  add('address-city', Address?.City)
  add('address-state', Address?.State)
  add('address-postalcode', Address?.ZIP)
  return asked
}

/** Fields of a message that its search does not go by. */
export function notSearchedBy({ Demographics }: Person): readonly Warning[] {
  const { SSN, Race, IsHispanic, MaritalStatus, IsDeceased, DeathDateTime, Language, Citizenship } =
    Demographics ?? {}
  const fields = {
    SSN,
    Race,
    IsHispanic,
    MaritalStatus,
    IsDeceased,
    DeathDateTime,
    Language,
    Citizenship,
  }
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name]) => ({
      section: 'Patient',
      type: 'Patient',
      code: 'data_model_message_invalid',
      text: `Patient.Demographics.${name} was not searched by: FHIR has no search parameter for it that EHRs share.`,
    }))
}
