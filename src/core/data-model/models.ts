import { patientQuery } from '#core/data-model/clinical-summary/patient-query.ts'
import { visitQuery } from '#core/data-model/clinical-summary/visit-query.ts'
import { flowsheetNew } from '#core/data-model/flowsheet/flowsheet-new.ts'
import { mediaQuery } from '#core/data-model/media/media-query.ts'
import type { Model } from '#core/data-model/model.ts'
import { notesNew } from '#core/data-model/notes/notes-new.ts'
import { notesQuery } from '#core/data-model/notes/notes-query.ts'
import { orderQuery } from '#core/data-model/order/order-query.ts'
import { patientAdminVisitQuery } from '#core/data-model/patient-admin/visit-query.ts'
import { patientSearch } from '#core/data-model/patient-search/patient-search.ts'
import { providerQuery } from '#core/data-model/provider/provider-query.ts'
import { results } from '#core/data-model/results/results.ts'
import { booked } from '#core/data-model/scheduling/booked.ts'
import { schedulingCancel } from '#core/data-model/scheduling/scheduling-cancel.ts'
import { schedulingNew } from '#core/data-model/scheduling/scheduling-new.ts'
import { vaccinationQuery } from '#core/data-model/vaccination/patient-query.ts'

/** Every data model and event that is served; the documents list them in this order. */
export const MODELS: readonly Model[] = [
  patientSearch,
  patientQuery,
  visitQuery,
  booked,
  schedulingNew,
  schedulingCancel,
  results,
  notesQuery,
  notesNew,
  mediaQuery,
  flowsheetNew,
  vaccinationQuery,
  orderQuery,
  patientAdminVisitQuery,
  providerQuery,
]
