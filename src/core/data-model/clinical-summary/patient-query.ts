import { defineModel } from '#core/data-model/model.ts'
import { allergies } from './allergies.ts'
import { patientQueryAnswer } from './clinical-summary-answer.ts'
import { patientQueryMessage } from './clinical-summary-message.ts'
import { HEADER_CANNOT, HEADER_PARTS } from './header.ts'
import { immunizations } from './immunizations.ts'
import { insurances } from './insurances.ts'
import { medications } from './medications.ts'
import { problems } from './problems.ts'
import { procedures } from './procedures.ts'
import { summarize } from './summarize.ts'

const SECTIONS = [allergies, immunizations, insurances, medications, problems, procedures]

/** `Clinical Summary` / `PatientQuery`: what the EHR has of a patient, section by section. */
export const patientQuery = defineModel({
  dataModel: 'Clinical Summary',
  eventType: 'PatientQuery',
  message: patientQueryMessage,
  answerSchema: patientQueryAnswer,
  parts: [...HEADER_PARTS, ...SECTIONS.flatMap(({ parts }) => parts)],
  cannot: Object.assign({}, HEADER_CANNOT, ...SECTIONS.map(({ cannot = {} }) => cannot)),
  answer: ({ Patient }, context) =>
    summarize({ identifiers: Patient.Identifiers, sections: SECTIONS }, context),
})
