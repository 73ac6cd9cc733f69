import { directoryOf } from '#core/registry/directory.ts'
import {
  type App,
  type Connection,
  fhirBasesOf,
  isEhrConnection,
  type Organization,
  type Registration,
  type Registry,
  type SignOnConnection,
} from '#core/registry/registry.ts'
import type { Session } from '#core/session/session-store.ts'
import type { HandOver } from '#core/sso/hand-over.ts'

/** When it is, in every test that asks. */
export const NOW = 1_767_225_600

export function anApp(overrides: Partial<App> = {}): App {
  return {
    id: 'heartline',
    name: 'Heartline',
    ssoDestination: {
      id: '6f0f5f3c-0a4c-4ad0-9a3c-6d1a54c1c001',
      name: 'Heartline sign-on',
      url: 'https://heartline.example/sso',
      redirectOrigins: ['https://heartline.example'],
      secretRef: 'heartline',
    },
    clients: [{ clientId: 'heartline-server', jwks: { keys: [] } }],
    ...overrides,
  }
}

export function aRegistration(overrides: Partial<Registration> = {}): Registration {
  return {
    id: 'general-heartline',
    app: 'heartline',
    clientId: 'client-at-general',
    authentication: { method: 'none' },
    ...overrides,
  }
}

export function aConnection(overrides: Partial<Connection> = {}): Connection {
  return {
    id: 'general-production',
    organization: 'general',
    environment: 'Production',
    app: 'heartline',
    registration: 'general-heartline',
    source: { id: '6f0f5f3c-0a4c-4ad0-9a3c-6d1a54c1c002', name: 'General Hospital EHR' },
    fhirBaseUrl: 'https://ehr.general.example/fhir',
    fhirVersion: 'R4',
    issuer: 'https://ehr.general.example/fhir',
    scopes: ['launch', 'openid', 'fhirUser', 'patient/*.rs', 'offline_access'],
    sessionPolicy: { absoluteSeconds: 43_200, idleSeconds: 3_600 },
    endpointHosts: ['login.general.example'],
    ...overrides,
  }
}

/** A registry of just these; for tests that are about something else than the registry. */
export function aRegistry(rows: {
  readonly organizations?: readonly Organization[]
  readonly apps?: readonly App[]
  readonly registrations?: readonly Registration[]
  readonly connections?: readonly SignOnConnection[]
}): Registry {
  const { organizations = [], apps = [], registrations = [], connections = [] } = rows
  return {
    findApp: async (id) => apps.find((app) => app.id === id),
    findAppByClient: async (clientId) =>
      apps.find((app) => app.clients.some((client) => client.clientId === clientId)),
    findRegistration: async (id) => registrations.find((registration) => registration.id === id),
    findConnection: async (id) =>
      connections.filter(isEhrConnection).find((connection) => connection.id === id),
    findSignOnConnection: async (id) => connections.find((connection) => connection.id === id),
    findFhirBases: async (organization) => fhirBasesOf(organization, connections),
    findConnectionsByIssuer: async (issuer) =>
      connections.filter(isEhrConnection).filter((connection) => connection.issuer === issuer),
    findDirectory: async (app) => directoryOf(app, { organizations, connections }),
    findLogo: async (organization) => organizations.find(({ slug }) => slug === organization)?.logo,
  }
}

export function aHandOver(overrides: Partial<HandOver> = {}): HandOver {
  return {
    session: { id: 'the-session-id', endsAt: NOW + 43_200 },
    connection: 'general-production',
    app: 'heartline',
    launchId: 'abcdefgh',
    user: { subject: 'user-8841' },
    context: {},
    scopes: ['openid', 'patient/*.rs'],
    ...overrides,
  }
}

/** A session just made, with tokens that are good for an hour. Its ciphertext opens nowhere. */
export function aSession(overrides: Partial<Session> = {}): Session {
  return {
    id: 'session-key-hash',
    app: 'heartline',
    connection: 'general-production',
    launchId: 'abcdefgh',
    status: 'active',
    patient: 'pat-1',
    scopes: ['openid', 'patient/*.rs', 'offline_access'],
    createdAt: NOW,
    lastUsedAt: NOW,
    expiresAt: NOW + 43_200,
    idleSeconds: 3_600,
    fence: 0,
    tokenVersion: 1,
    sealedTokens: new Uint8Array([1, 2, 3]),
    accessTokenExpiresAt: NOW + 3_600,
    failures: 0,
    ...overrides,
  }
}
