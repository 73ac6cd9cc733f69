import { defineModel } from '#core/data-model/model.ts'
import { assessment } from './assessment.ts'
import { visitQueryAnswer } from './clinical-summary-answer.ts'
import { visitQueryMessage } from './clinical-summary-message.ts'
import { HEADER_CANNOT, HEADER_PARTS } from './header.ts'
import { medicationsAdministered } from './medications-administered.ts'
import { NARRATIVES, SECTIONS } from './sections.ts'
import { summarize } from './summarize.ts'
import { VISIT, visitChoice } from './visit.ts'

const VISIT_SECTIONS = [...SECTIONS, medicationsAdministered, assessment]

const NOTES = Object.fromEntries(
  [
    'AssessmentText',
    'ChiefComplaintText',
    'HistoryOfPresentIllnessText',
    'InstructionsText',
    'InterventionsText',
    'MedicationsAdministeredText',
    'ObjectiveText',
    'PhysicalExamText',
    'ReasonForReferralText',
    'ReviewOfSystemsText',
    'SubjectiveText',
  ].map((field) => [
    field,
    'It is a part of a clinician’s note, which FHIR has as a whole document.',
  ]),
)

/** `Clinical Summary` / `VisitQuery`: the same of one visit, or of those within a few days. */
export const visitQuery = defineModel({
  dataModel: 'Clinical Summary',
  eventType: 'VisitQuery',
  message: visitQueryMessage,
  answerSchema: visitQueryAnswer,
  parts: [
    ...HEADER_PARTS,
    { to: 'Header.Document.Visit', type: 'Encounter', table: VISIT },
    ...VISIT_SECTIONS.flatMap(({ parts }) => parts),
  ],
  cannot: Object.assign(
    {
      'Header.Document.Visit.Location.Type': 'FHIR’s types of locations are not the data model’s.',
      'Header.Document.Visit.Location.Room': 'Rooms are locations of their own in FHIR.',
    },
    HEADER_CANNOT,
    ...VISIT_SECTIONS.map(({ cannot = {} }) => cannot),
    NARRATIVES,
    NOTES,
  ),
  answer: ({ Patient, Visit }, context) =>
    summarize(
      {
        identifiers: Patient.Identifiers,
        sections: VISIT_SECTIONS,
        isVisit: visitChoice(Visit ?? {}, context.session.encounter),
      },
      context,
    ),
})
