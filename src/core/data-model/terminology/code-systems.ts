import type { SourceName } from '#core/data-model/mapping/sources.ts'

/** A code system as FHIR and as the data model name it. */
interface CodeSystem {
  /** FHIR's URI. */
  readonly system: string
  /** `CodeSystem` of the data model. */
  readonly oid: string
  /** `CodeSystemName` of the data model. */
  readonly name: string
  readonly source: SourceName
}

/** The systems that have an OID. A code of any other is kept under the system's own address. */
export const CODE_SYSTEMS: readonly CodeSystem[] = [
  row('http://snomed.info/sct', '2.16.840.1.113883.6.96', 'SNOMED CT', 'redox-sample'),
  row('http://loinc.org', '2.16.840.1.113883.6.1', 'LOINC', 'redox-sample'),
  row(
    'http://www.nlm.nih.gov/research/umls/rxnorm',
    '2.16.840.1.113883.6.88',
    'RxNorm',
    'redox-sample',
  ),
  row('http://hl7.org/fhir/sid/ndc', '2.16.840.1.113883.6.69', 'NDC', 'redox-sample'),
  row('http://hl7.org/fhir/sid/icd-10-cm', '2.16.840.1.113883.6.90', 'ICD-10-CM', 'redox-sample'),
  row('http://hl7.org/fhir/sid/icd-10', '2.16.840.1.113883.6.3', 'ICD-10', 'hl7-oids'),
  row('http://hl7.org/fhir/sid/icd-9-cm', '2.16.840.1.113883.6.103', 'ICD-9-CM', 'hl7-oids'),
  row('http://www.ama-assn.org/go/cpt', '2.16.840.1.113883.6.12', 'CPT', 'redox-sample'),
  row('http://hl7.org/fhir/sid/cvx', '2.16.840.1.113883.12.292', 'CVX', 'hl7-oids'),
  row('http://hl7.org/fhir/sid/mvx', '2.16.840.1.113883.12.227', 'MVX', 'hl7-oids'),
  row(
    'http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl',
    '2.16.840.1.113883.3.26.1.1',
    'NCI Thesaurus',
    'redox-sample',
  ),
  row('http://unitsofmeasure.org', '2.16.840.1.113883.6.8', 'UCUM', 'hl7-oids'),
  row('http://fdasis.nlm.nih.gov', '2.16.840.1.113883.4.9', 'UNII', 'hl7-oids'),
  row('http://nucc.org/provider-taxonomy', '2.16.840.1.113883.6.101', 'NUCC', 'hl7-oids'),
  row(
    'https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets',
    '2.16.840.1.113883.6.285',
    'HCPCS',
    'hl7-oids',
  ),
  v3('RoleCode', '2.16.840.1.113883.5.111', 'redox-sample'),
  v3('ObservationValue', '2.16.840.1.113883.5.1063', 'redox-sample'),
  v3('ActCode', '2.16.840.1.113883.5.4'),
  v3('RouteOfAdministration', '2.16.840.1.113883.5.112'),
  v3('ParticipationType', '2.16.840.1.113883.5.90'),
  v3('ObservationInterpretation', '2.16.840.1.113883.5.83'),
  v3('NullFlavor', '2.16.840.1.113883.5.1008'),
  row(
    'https://www.cdc.gov/nhsn/cdaportal/terminology/codesystem/hsloc.html',
    '2.16.840.1.113883.6.259',
    'HL7 HealthcareServiceLocation',
    'redox-sample',
  ),
]

const BY_SYSTEM = new Map(CODE_SYSTEMS.map((one) => [one.system, one]))
/** STU3 and DSTU2 spelt the addresses of HL7 v3 systems otherwise. */
const OLD_V3 = /^http:\/\/hl7\.org\/fhir\/v3\//

/** `CodeSystem` and `CodeSystemName` of a FHIR system: an OID where there is one. */
export function codeSystemOf(system: string): {
  readonly CodeSystem: string
  readonly CodeSystemName?: string
} {
  const known = BY_SYSTEM.get(system.replace(OLD_V3, 'http://terminology.hl7.org/CodeSystem/v3-'))
  if (known) return { CodeSystem: known.oid, CodeSystemName: known.name }
  return { CodeSystem: system.replace(/^urn:oid:/, '') }
}

function row(system: string, oid: string, name: string, source: SourceName): CodeSystem {
  return { system, oid, name, source }
}

function v3(name: string, oid: string, source: SourceName = 'hl7-oids'): CodeSystem {
  return row(`http://terminology.hl7.org/CodeSystem/v3-${name}`, oid, name, source)
}
