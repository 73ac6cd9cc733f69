import { patientQuery } from '#core/data-model/clinical-summary/patient-query.ts'
import { visitQuery } from '#core/data-model/clinical-summary/visit-query.ts'
import { mediaQuery } from '#core/data-model/media/media-query.ts'
import type { Model } from '#core/data-model/model.ts'
import { notesQuery } from '#core/data-model/notes/notes-query.ts'
import { patientSearch } from '#core/data-model/patient-search/patient-search.ts'
import { results } from '#core/data-model/results/results.ts'
import { booked } from '#core/data-model/scheduling/booked.ts'

/** Every data model and event that is served; the documents list them in this order. */
export const MODELS: readonly Model[] = [
  patientSearch,
  patientQuery,
  visitQuery,
  booked,
  results,
  notesQuery,
  mediaQuery,
]
