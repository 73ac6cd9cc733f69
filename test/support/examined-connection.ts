import { createEgress } from '#adapters/egress/egress.ts'
import { createProbe } from '#adapters/egress/probe.ts'
import { examine } from '#cli/doctor/examine.ts'
import type { DoctorDeps } from '#cli/doctor/examined.ts'
import type { CHECKS } from '#cli/doctor/finding.ts'
import type { Connection, Registration } from '#core/registry/registry.ts'
import { Secret } from '#core/secret.ts'
import { aConnection, aRegistration } from '../fixtures.ts'
import { CLIENT_SECRET, type EhrBehavior, givenEhr } from './doctor-ehr.ts'
import { joseSigner } from './jose-signer.ts'

export const REDIRECT_URI = 'https://broker.example/redirect'

/** What is wrong with a connection, and whatever else is not as usual. */
export interface Given {
  readonly ehr?: Partial<EhrBehavior>
  readonly connection?: Partial<Connection>
  readonly registration?: Partial<Registration>
  readonly deps?: Partial<DoctorDeps>
}

/** Examines a connection that is right but for what is given. */
export async function examined({ ehr = {}, connection = {}, registration = {}, deps = {} }: Given) {
  const { origin } = await givenEhr(ehr)
  const findings = await examine(
    {
      connection: {
        ...aConnection(),
        fhirBaseUrl: `${origin}/fhir`,
        scopes: ['launch', 'openid', 'fhirUser', 'patient/Observation.rs'],
        endpointHosts: [],
        ...connection,
      },
      registration: {
        ...aRegistration(),
        clientId: 'heartline',
        authentication: { method: 'client_secret_basic', secretRef: 'heartline' },
        ...registration,
      },
      redirectUri: REDIRECT_URI,
    },
    {
      egress: createEgress({ upstreams: 'loopback' }),
      probe: createProbe({ upstreams: 'loopback' }),
      secrets: { read: async () => [new Secret(CLIENT_SECRET)] },
      signers: [await joseSigner('RS384')],
      now: Date.now,
      ...deps,
    },
  )
  const of = (check: (typeof CHECKS)[number]) => findings.find((one) => one.check === check)
  const having = (...verdicts: string[]) =>
    findings.filter(({ verdict }) => verdicts.includes(verdict)).map(({ check }) => check)
  return { findings, of, having }
}
