import type { Model } from './model.ts'

/** An event of a data model; what it is made of is loaded when somebody asks for it. */
export interface ServedModel {
  readonly dataModel: string
  readonly eventType: string
  load(): Promise<Model>
}

/** Every data model and event that is served; the documents list them in this order. */
export const SERVED: readonly ServedModel[] = [
  {
    dataModel: 'PatientSearch',
    eventType: 'Query',
    load: async () => (await import('./patient-search/patient-search.ts')).patientSearch,
  },
  {
    dataModel: 'Clinical Summary',
    eventType: 'PatientQuery',
    load: async () => (await import('./clinical-summary/patient-query.ts')).patientQuery,
  },
  {
    dataModel: 'Clinical Summary',
    eventType: 'VisitQuery',
    load: async () => (await import('./clinical-summary/visit-query.ts')).visitQuery,
  },
  {
    dataModel: 'Scheduling',
    eventType: 'Booked',
    load: async () => (await import('./scheduling/booked.ts')).booked,
  },
  {
    dataModel: 'Scheduling',
    eventType: 'New',
    load: async () => (await import('./scheduling/scheduling-new.ts')).schedulingNew,
  },
  {
    dataModel: 'Scheduling',
    eventType: 'Cancel',
    load: async () => (await import('./scheduling/scheduling-cancel.ts')).schedulingCancel,
  },
  {
    dataModel: 'Results',
    eventType: 'Query',
    load: async () => (await import('./results/results.ts')).results,
  },
  {
    dataModel: 'Notes',
    eventType: 'Query',
    load: async () => (await import('./notes/notes-query.ts')).notesQuery,
  },
  {
    dataModel: 'Notes',
    eventType: 'New',
    load: async () => (await import('./notes/notes-new.ts')).notesNew,
  },
  {
    dataModel: 'Media',
    eventType: 'Query',
    load: async () => (await import('./media/media-query.ts')).mediaQuery,
  },
  {
    dataModel: 'Flowsheet',
    eventType: 'New',
    load: async () => (await import('./flowsheet/flowsheet-new.ts')).flowsheetNew,
  },
  {
    dataModel: 'Vaccination',
    eventType: 'PatientQuery',
    load: async () => (await import('./vaccination/patient-query.ts')).vaccinationQuery,
  },
  {
    dataModel: 'Order',
    eventType: 'Query',
    load: async () => (await import('./order/order-query.ts')).orderQuery,
  },
  {
    dataModel: 'PatientAdmin',
    eventType: 'VisitQuery',
    load: async () => (await import('./patient-admin/visit-query.ts')).patientAdminVisitQuery,
  },
  {
    dataModel: 'Provider',
    eventType: 'ProviderQuery',
    load: async () => (await import('./provider/provider-query.ts')).providerQuery,
  },
]

/** All of them, loaded: for the documents and the tests. */
export function allModels(): Promise<readonly Model[]> {
  return Promise.all(SERVED.map(({ load }) => load()))
}
