import type { CapabilityStatement, CapabilityStatementRestResource } from '@medplum/fhirtypes'
import { RESOURCE_TYPES } from './resource-types.ts'

const PARAMETER_TYPES: Readonly<Record<string, 'date' | 'reference' | 'string'>> = {
  authored: 'date',
  birthdate: 'date',
  date: 'date',
  encounter: 'reference',
  family: 'string',
  given: 'string',
  name: 'string',
  patient: 'reference',
  practitioner: 'reference',
}

/** What the server says of itself at `/metadata`, with SMART's endpoints as older clients want them. */
export function capabilityStatement(
  baseUrl: string,
  issuer: string,
  startedAt: Date,
): CapabilityStatement {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: startedAt.toISOString(),
    kind: 'instance',
    implementation: { description: 'Sandbox EHR', url: baseUrl },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json'],
    rest: [
      {
        mode: 'server',
        security: {
          service: [
            {
              coding: [
                {
                  system: 'http://terminology.hl7.org/CodeSystem/restful-security-service',
                  code: 'SMART-on-FHIR',
                },
              ],
            },
          ],
          extension: [
            {
              url: 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris',
              extension: [
                { url: 'authorize', valueUri: `${issuer}/auth` },
                { url: 'token', valueUri: `${issuer}/token` },
                { url: 'introspect', valueUri: `${issuer}/token/introspection` },
                { url: 'revoke', valueUri: `${issuer}/token/revocation` },
              ],
            },
          ],
        },
        resource: Object.entries(RESOURCE_TYPES).map(
          ([type, { search }]): CapabilityStatementRestResource => ({
            type: type as keyof typeof RESOURCE_TYPES,
            interaction: [
              { code: 'read' },
              { code: 'vread' },
              { code: 'search-type' },
              { code: 'create' },
              { code: 'update' },
              { code: 'patch' },
              { code: 'delete' },
            ],
            versioning: 'versioned',
            conditionalCreate: true,
            updateCreate: true,
            searchParam: search.map((name) => ({ name, type: PARAMETER_TYPES[name] ?? 'token' })),
          }),
        ),
      },
    ],
  }
}
