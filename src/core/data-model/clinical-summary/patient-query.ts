import { defineModel } from '#core/data-model/model.ts'
import { patientQueryAnswer } from './clinical-summary-answer.ts'
import { patientQueryMessage } from './clinical-summary-message.ts'
import { HEADER_CANNOT, HEADER_PARTS } from './header.ts'
import { NARRATIVES, SECTIONS } from './sections.ts'
import { summarize } from './summarize.ts'

/** `Clinical Summary` / `PatientQuery`: what the EHR has of a patient, section by section. */
export const patientQuery = defineModel({
  dataModel: 'Clinical Summary',
  eventType: 'PatientQuery',
  message: patientQueryMessage,
  answerSchema: patientQueryAnswer,
  parts: [...HEADER_PARTS, ...SECTIONS.flatMap(({ parts }) => parts)],
  cannot: Object.assign(
    {},
    HEADER_CANNOT,
    ...SECTIONS.map(({ cannot = {} }) => cannot),
    NARRATIVES,
  ),
  answer: ({ Patient }, context) =>
    summarize({ identifiers: Patient.Identifiers, sections: SECTIONS }, context),
})
