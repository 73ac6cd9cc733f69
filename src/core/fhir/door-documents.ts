import type { FhirPath } from './fhir-path.ts'

/** FHIR's own number of each version, as `CapabilityStatement.fhirVersion` has it. */
const NUMBERS: Readonly<Record<string, string>> = {
  DSTU2: '1.0.2',
  STU3: '3.0.1',
  R4: '4.0.1',
  R4B: '4.3.0',
  R5: '5.0.0',
}

/**
 * Types of a patient's compartment that EHRs commonly serve, each by its parameter for the patient:
 * clients look here for what to ask a patient's resources by.
 */
const PATIENT_PARAMETERS: Readonly<Record<string, string>> = {
  Patient: '_id',
  ...Object.fromEntries(
    [
      ...[
        'AllergyIntolerance',
        'Appointment',
        'CarePlan',
        'CareTeam',
        'Claim',
        'Communication',
        'Condition',
      ],
      ...['Consent', 'Coverage', 'Device', 'DiagnosticReport', 'DocumentReference', 'Encounter'],
      ...['EpisodeOfCare', 'ExplanationOfBenefit', 'FamilyMemberHistory', 'Goal', 'ImagingStudy'],
      ...['Immunization', 'List', 'MedicationAdministration', 'MedicationDispense'],
      ...['MedicationRequest', 'MedicationStatement', 'Observation', 'Procedure', 'Provenance'],
      ...['QuestionnaireResponse', 'RelatedPerson', 'ServiceRequest', 'Specimen'],
    ].map((type) => [type, 'patient']),
  ),
}

const OAUTH_URIS = 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris'
const SECURITY_SERVICE = 'http://terminology.hl7.org/CodeSystem/restful-security-service'

/**
 * What a CapabilityStatement says of security: apps authenticate at our token endpoint.
 *
 * @see [SMART, oauth-uris](https://hl7.org/fhir/smart-app-launch/1.0.0/conformance/)
 */
export function doorSecurity(publicBaseUrl: string) {
  return {
    extension: [
      {
        url: OAUTH_URIS,
        extension: [{ url: 'token', valueUri: `${publicBaseUrl}/auth/token` }],
      },
    ],
    service: [
      {
        coding: [{ system: SECURITY_SERVICE, code: 'SMART-on-FHIR' }],
        text: 'OAuth2 with private_key_jwt at the token endpoint, for a session of the app',
      },
    ],
  }
}

/**
 * The door's own CapabilityStatement, for those who have no session: it is answered from what is here
 * and asks no EHR. In a session the EHR's own is answered.
 */
export function doorCapabilities(path: FhirPath, ourBase: string, publicBaseUrl: string) {
  return {
    resourceType: path.version === 'DSTU2' ? 'Conformance' : 'CapabilityStatement',
    status: 'active',
    kind: 'instance',
    date: '2026-01-01',
    description:
      'A door to an EHR. What the EHR supports is told in a session: ask again with credentials.',
    implementation: { description: 'Sallyport', url: ourBase },
    fhirVersion: NUMBERS[path.version],
    format: ['application/fhir+json', 'json'],
    rest: [
      {
        mode: 'server',
        security: doorSecurity(publicBaseUrl),
        resource: Object.entries(PATIENT_PARAMETERS).map(([type, name]) => ({
          type,
          interaction: [{ code: 'read' }, { code: 'search-type' }],
          searchParam: [{ name, type: name === '_id' ? 'token' : 'reference' }],
        })),
      },
    ],
  }
}

/**
 * How the door's own clients authenticate.
 *
 * @see [SMART App Launch 2.2, conformance](https://hl7.org/fhir/smart-app-launch/conformance.html)
 */
export function doorSmartConfiguration(publicBaseUrl: string) {
  return {
    token_endpoint: `${publicBaseUrl}/auth/token`,
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'],
    scopes_supported: ['system/*.cruds', 'system/*.rs'],
    capabilities: ['client-confidential-asymmetric', 'permission-v1', 'permission-v2'],
    code_challenge_methods_supported: ['S256'],
    jwks_uri: `${publicBaseUrl}/.well-known/jwks.json`,
  }
}
