import { patientQuery } from '#core/data-model/clinical-summary/patient-query.ts'
import { visitQuery } from '#core/data-model/clinical-summary/visit-query.ts'
import type { Model } from '#core/data-model/model.ts'
import { patientSearch } from '#core/data-model/patient-search/patient-search.ts'

/** Every data model and event that is served; the documents list them in this order. */
export const MODELS: readonly Model[] = [patientSearch, patientQuery, visitQuery]
