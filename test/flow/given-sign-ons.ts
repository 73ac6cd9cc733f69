import type { FakeEhr } from '../support/fake-ehr.ts'
import { startFakeEhr } from '../support/fake-ehr.ts'
import { hmacQuery, linkJwt } from '../support/signed-links.ts'
import { type GivenServer, givenConnections } from './given-connections.ts'

/** A place to sign on at: a connection of one scheme and one authority. */
interface Place extends GivenServer {
  readonly ehr?: FakeEhr
}

const SCOPES = ['launch', 'openid', 'fhirUser', 'patient/*.rs', 'offline_access']

const SYSTEM_SCOPES = ['system/Patient.rs', 'system/Observation.rs']

const system = (fields: object) => ({ fhirAuthority: 'system', ...fields })

const hmacLink = (secretRef: string) => ({
  scheme: 'signed-link',
  link: { format: 'hmac', secretRef },
  mapping: {
    user: { subject: 'user', name: 'name', fhirUser: 'fhirUser' },
    patient: { fhirId: 'patient', identifiers: [{ from: 'mrn', idType: 'MR' }] },
    encounter: 'enc',
    order: 'order',
  },
})

const jwtLink = (secretRef: string) => ({
  scheme: 'signed-link',
  link: {
    format: 'jwt',
    issuer: 'https://ehr.general.example',
    audience: 'sallyport',
    secretRef,
  },
  mapping: { user: { subject: 'sub' }, patient: { fhirId: 'patient' } },
})

const secretOf = (name: string) => `secret-of-the-links-of-${name}`

/** One stack and one app with a connection for each scheme and authority, and the ways in. */
export async function givenSignOns() {
  const linkPlace = async (name: string, fields: object): Promise<Place> => ({
    ...(await ehrPlace(name, { signOn: hmacLink(name), ...fields })),
    linkSecret: secretOf(name),
  })
  const ehrPlace = async (name: string, fields: object): Promise<Place> => {
    const ehr = await startFakeEhr()
    const isSystem = 'fhirAuthority' in fields && fields.fhirAuthority === 'system'
    return {
      name,
      clientId: 'fake-client',
      method: isSystem ? 'private_key_jwt' : 'none',
      fields: { fhirBaseUrl: ehr.fhirBaseUrl, scopes: SCOPES, ...fields },
      ehr,
      close: ehr.close,
    }
  }
  const signOnOnly = (name: string, signOn: object): Place => ({
    name,
    linkSecret: secretOf(name),
    fields: { signOn, fhirAuthority: 'none' },
    close: async () => {},
  })

  const given = await givenConnections<Place>(async () =>
    Promise.all([
      ehrPlace('ehr-user', {}),
      ehrPlace('ehr-none', { fhirAuthority: 'none' }),
      ehrPlace('standalone-user', { signOn: { scheme: 'smart-standalone' } }),
      ehrPlace('ehr-system', system({ scopes: [...SCOPES, ...SYSTEM_SCOPES] })),
      ehrPlace(
        'standalone-system',
        system({
          signOn: { scheme: 'smart-standalone' },
          scopes: [...SCOPES, ...SYSTEM_SCOPES],
        }),
      ),
      ehrPlace('standalone-none', {
        signOn: { scheme: 'smart-standalone' },
        fhirAuthority: 'none',
      }),
      linkPlace('link-user', {}),
      linkPlace('link-system', system({ scopes: SYSTEM_SCOPES })),
      signOnOnly('hmac-none', hmacLink('hmac-none')),
      signOnOnly('jwt-none', jwtLink('jwt-none')),
    ]),
  )
  const launchUrl = (name: string) => `${given.base}/launch/at-${name}`
  const ehrOf = (name: string): FakeEhr => {
    const { ehr } = given.server(name)
    if (!ehr) throw new Error(`${name} has no EHR`)
    return ehr
  }

  let links = 0
  const now = () => Math.floor(Date.now() / 1000)

  return {
    ...given,
    ehrOf,
    /** Where an EHR launches the app. */
    ehrLaunch: (name: string) =>
      `${launchUrl(name)}?${new URLSearchParams({ iss: ehrOf(name).fhirBaseUrl, launch: 'launch-1' })}`,
    standaloneLaunch: launchUrl,
    /** The query of a new link, good now. */
    hmacLink: (name: string, said: Readonly<Record<string, string>> = {}) => {
      links += 1
      return hmacQuery(secretOf(name), {
        user: 'ada',
        nonce: `${links}`,
        ts: `${now()}`,
        ...said,
      })
    },
    jwtLink: async (name: string, claims: Readonly<Record<string, unknown>> = {}) => {
      links += 1
      const jwt = await linkJwt(secretOf(name), now(), { jti: `link-${links}`, ...claims })
      return `${launchUrl(name)}?token=${jwt}`
    },
    /** What the page does that a link of the EHR's opens. */
    postLink: (name: string, query: string) => ({
      action: launchUrl(name),
      fields: { signed_query: query },
    }),
    hmacLaunch: (name: string, query: string) => `${launchUrl(name)}?${query}`,
  }
}
