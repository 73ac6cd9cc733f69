/** A code as the data model writes it. */
export interface ModelCode {
  readonly Code: string
  readonly CodeSystem: string
  readonly CodeSystemName: string
  readonly Name: string
}

export function snomed(code: string, name: string): ModelCode {
  return of('2.16.840.1.113883.6.96', 'SNOMED CT', code, name)
}

export function loinc(code: string, name: string): ModelCode {
  return of('2.16.840.1.113883.6.1', 'LOINC', code, name)
}

export function observationValue(code: string, name: string): ModelCode {
  return of('2.16.840.1.113883.5.1063', 'ObservationValue', code, name)
}

function of(oid: string, system: string, code: string, name: string): ModelCode {
  return { Code: code, CodeSystem: oid, CodeSystemName: system, Name: name }
}
