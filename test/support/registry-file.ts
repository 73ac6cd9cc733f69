import { parseRegistry } from '#core/registry/parse-registry.ts'
import type { RegistryFile } from '#core/registry/registry-file.ts'

/** A registry file in which nothing is wrong: two apps, two health systems, one EHR each. */
export function aRegistryFile() {
  return {
    $schema: './registry.schema.json',
    organizations: [
      { slug: 'general', name: 'General Hospital' },
      {
        slug: 'mercy',
        name: 'Mercy Clinics',
        aliases: ['MC'],
        locations: [{ name: 'Northside', city: 'Springfield', state: 'IL', postalCode: '62704' }],
        logo: 'data:image/png;base64,iVBORw0KGgo=',
      },
    ],
    apps: [
      {
        id: 'heartline',
        name: 'Heartline',
        ssoDestination: {
          id: '6f0f5f3c-0a4c-4ad0-9a3c-6d1a54c1c001',
          name: 'Heartline sign-on',
          url: 'https://heartline.example/sso',
          errorUrl: 'https://heartline.example/sso-failed',
          redirectOrigins: ['https://heartline.example'],
          secretRef: 'heartline',
        },
        clients: [
          {
            clientId: 'heartline-server',
            jwks: { keys: [{ kty: 'EC', kid: '2026-1', crv: 'P-256', x: 'x', y: 'y' }] },
          },
        ],
      },
      {
        id: 'dosing',
        name: 'Dosing',
        ssoDestination: {
          id: '6f0f5f3c-0a4c-4ad0-9a3c-6d1a54c1c003',
          name: 'Dosing sign-on',
          url: 'https://dosing.example/sso',
          redirectOrigins: [],
          secretRef: 'dosing',
        },
        clients: [{ clientId: 'dosing-server', jwksUri: 'https://dosing.example/jwks.json' }],
      },
    ],
    registrations: [
      {
        id: 'general-heartline',
        app: 'heartline',
        clientId: 'client-at-general',
        authentication: { method: 'client_secret_basic', secretRef: 'general/heartline' },
      },
      {
        id: 'mercy-dosing',
        app: 'dosing',
        clientId: 'client-at-mercy',
        authentication: { method: 'private_key_jwt' },
      },
    ],
    connections: [
      {
        id: 'general-production',
        organization: 'general',
        environment: 'Production',
        app: 'heartline',
        registration: 'general-heartline',
        source: { id: '6f0f5f3c-0a4c-4ad0-9a3c-6d1a54c1c002', name: 'General Hospital EHR' },
        fhirBaseUrl: 'https://ehr.general.example/fhir/',
        fhirVersion: 'R4',
        scopes: ['launch', 'openid', 'fhirUser', 'offline_access', 'patient/*.rs'],
      },
      {
        id: 'mercy-production',
        organization: 'mercy',
        environment: 'Production',
        app: 'dosing',
        registration: 'mercy-dosing',
        source: { id: '6f0f5f3c-0a4c-4ad0-9a3c-6d1a54c1c004', name: 'Mercy EHR' },
        fhirBaseUrl: 'https://ehr.mercy.example/fhir',
        fhirVersion: 'R4',
        scopes: ['launch', 'openid', 'user/Observation.read'],
        landingUrl: 'https://dosing.example/done',
        frameAncestors: ['https://ehr.mercy.example'],
        sessionPolicy: { absoluteSeconds: 7200, idleSeconds: 600 },
        endpointHosts: ['login.mercy.example'],
      },
    ],
  }
}

/** {@link aRegistryFile} with the value at a path (as problems name paths) replaced or removed. */
export function registryFileWith(changes: Readonly<Record<string, unknown>>): unknown {
  const file: unknown = aRegistryFile()
  for (const [path, value] of Object.entries(changes)) {
    const steps = path.split(/[.[\]]+/).filter(Boolean)
    const last = steps.pop() ?? ''
    const parent = steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], file)
    const target = parent as Record<string, unknown>
    if (value === undefined) delete target[last]
    else target[last] = value
  }
  return file
}

/** The file as it is after it was read and checked. */
export function parsedRegistryFile(changes: Readonly<Record<string, unknown>> = {}): RegistryFile {
  const parsed = parseRegistry(JSON.stringify(registryFileWith(changes)), { upstreams: 'public' })
  if ('file' in parsed) return parsed.file
  throw new Error(`The fixture is wrong: ${JSON.stringify(parsed.problems)}`)
}
