import * as z from 'zod/mini'
import type { Search } from '#core/data-model/gather/gather.ts'
import { isVoid } from '#core/data-model/mapping/is-void.ts'
import { PATIENT } from '#core/data-model/mapping/patient.ts'
import { npiProvider, provider } from '#core/data-model/mapping/people.ts'
import { codeset, quantity, text, wording } from '#core/data-model/mapping/rules.ts'
import { applyTable, below, type Table } from '#core/data-model/mapping/table.ts'
import { date, dateTime } from '#core/data-model/mapping/times.ts'
import { PLACE_CANNOT, PROVIDER_CANNOT, place } from '#core/data-model/mapping/visits.ts'
import { defineModel } from '#core/data-model/model.ts'
import { isMatch } from '#core/data-model/patient-search/match-patient.ts'
import { readRecord } from '#core/data-model/record.ts'
import { patientFields, saidPerson } from '#core/data-model/schema/patient-shapes.ts'
import * as shapes from '#core/data-model/schema/shapes.ts'
import { BrokerError } from '#core/errors.ts'

const message = z.object({ Meta: shapes.messageMeta, Patient: z.nullish(saidPerson) })

const vaccination = z.strictObject({
  DateTime: shapes.text,
  Product: shapes.part({
    ...shapes.codesetFields,
    LotNumber: shapes.text,
    ExpirationDate: shapes.text,
    Manufacturer: shapes.part({ Name: shapes.text }),
  }),
  Route: shapes.codesetName,
  Site: shapes.codesetName,
  Dose: shapes.quantity,
  Order: shapes.part({ Provider: shapes.part({ NPI: shapes.text, ...shapes.providerFields }) }),
  Notes: shapes.list(z.string()),
  RefusalReason: shapes.text,
  Provider: shapes.part(shapes.providerFields),
  Location: shapes.place,
})

const answerSchema = z.strictObject({
  Meta: shapes.answerMeta,
  Patient: shapes.part({ ...patientFields, Vaccinations: shapes.list(vaccination) }),
})

const VACCINATION: Table = {
  source: 'r4/immunization',
  rows: [
    { to: 'DateTime', from: ['occurrenceDateTime', 'recorded'], as: dateTime },
    { to: 'Product', from: 'vaccineCode', as: codeset('Description') },
    { to: 'Product.LotNumber', from: 'lotNumber', as: text },
    { to: 'Product.ExpirationDate', from: 'expirationDate', as: date },
    {
      to: 'Product.Manufacturer.Name',
      from: ['manufacturer.display', 'manufacturer.resolve().name'],
      as: text,
    },
    { to: 'Route', from: 'route', as: codeset('Name') },
    { to: 'Site', from: 'site', as: codeset('Name') },
    { to: 'Dose', from: 'doseQuantity', as: quantity },
    {
      to: 'Order.Provider',
      from: "performer.where(function.coding.code='OP').actor.resolve()",
      as: npiProvider,
    },
    { to: 'Notes[]', from: 'note.text', as: text },
    { to: 'RefusalReason', from: 'statusReason', as: wording },
    {
      to: 'Provider',
      from: [
        "performer.where(function.coding.code='AP').actor.resolve()",
        'performer.actor.resolve()',
      ],
      as: provider,
    },
    { to: 'Location', from: 'location.resolve()', as: place },
  ],
}

const immunizations: Search = {
  section: 'Vaccinations',
  type: 'Immunization',
  keep: (resource) => !isVoid(resource),
}

/** `Vaccination` / `PatientQuery`: a patient, and what that one was vaccinated with, or refused. */
export const vaccinationQuery = defineModel<z.infer<typeof message>>({
  dataModel: 'Vaccination',
  eventType: 'PatientQuery',
  message,
  answerSchema,
  parts: [
    { to: 'Patient', type: 'Patient', table: PATIENT },
    { to: 'Patient.Vaccinations[]', type: 'Immunization', table: VACCINATION },
  ],
  cannot: {
    PotentialMatches: 'It is about one patient; PatientSearch finds several.',
    ...below('Patient', {
      Notes: 'FHIR has no notes on a patient’s record as such.',
      'Contacts[].Roles': 'FHIR tells no role of a contact from the relation.',
      'PCP.Location': PROVIDER_CANNOT.Location,
    }),
    ...below('Patient.Vaccinations[]', {
      'Product.Manufacturer.Code': 'FHIR names a manufacturer as an organization.',
      'Product.Manufacturer.Codeset': 'FHIR names a manufacturer as an organization.',
      'Order.ID': 'FHIR’s immunizations do not say what ordered them.',
      'Order.EHRID': 'FHIR’s immunizations do not say what ordered them.',
      'Order.Provider.Location': PROVIDER_CANNOT.Location,
      'Provider.Location': PROVIDER_CANNOT.Location,
      ClinicalInfo: 'What was observed with it is in Clinical Summary.',
      ...below('Location', PLACE_CANNOT),
    }),
  },

  async answer({ Patient }, context) {
    const { Identifiers, Demographics } = Patient ?? {}
    const identifiers = (Identifiers ?? []).flatMap(({ ID, IDType }) =>
      ID && IDType ? [{ ID, IDType }] : [],
    )
    const { patient, found, resolve, warnings } = await readRecord(
      identifiers,
      [
        {
          search: immunizations,
          references: ['performer.actor', 'manufacturer', 'location'],
        },
      ],
      context,
    )
    const isRead = Object.keys(patient).length > 2
    if (isRead && !isMatch(patient, { Demographics })) throw new BrokerError('patient_mismatch')
    const vaccinations = found
      .of(immunizations)
      .map((one) => applyTable(VACCINATION, one, resolve(one)))
      .filter((one) => one !== undefined)
    return {
      body: {
        Patient: {
          ...applyTable(PATIENT, patient, resolve(patient)),
          ...(vaccinations.length > 0 && { Vaccinations: vaccinations }),
        },
      },
      warnings,
      isIncomplete: found.isIncomplete,
    }
  },
})
