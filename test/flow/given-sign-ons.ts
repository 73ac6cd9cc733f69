import type { FakeEhr } from '../support/fake-ehr.ts'
import { startFakeEhr } from '../support/fake-ehr.ts'
import { startPlainProvider } from '../support/plain-servers.ts'
import { hmacQuery, linkJwt } from '../support/signed-links.ts'
import { CLIENT_SECRET, type GivenServer, givenConnections } from './given-connections.ts'

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

const SIGNATURES = ['RS384', 'ES384', 'verification-token'] as const

const OIDC_PLACES = ['oidc-user', 'oidc-other', 'oidc-system', 'oidc-none']

/** oidc-provider with a client for each connection that people sign on at by it. */
const startProvider = (base: string) => {
  const client = (client_id: string) => ({
    client_id,
    client_secret: CLIENT_SECRET,
    redirect_uris: [`${base}/redirect`],
    grant_types: ['authorization_code'],
    response_types: ['code' as const],
    backchannel_logout_uri: `${base}/logout/at-${client_id}`,
    backchannel_logout_session_required: true,
  })
  return startPlainProvider(client('unused'), {
    clients: OIDC_PLACES.map(client),
    features: { backchannelLogout: { enabled: true } },
    claims: { profile: ['name'], smart: ['fhirUser'], openid: ['sub'] },
    findAccount: (_, accountId) => ({
      accountId,
      claims: () => ({
        sub: accountId,
        name: 'Jane of the provider',
        fhirUser: 'https://ehr.example/Practitioner/prac-1',
      }),
    }),
  })
}

const atProvider = (name: string, issuer: string, idp: object = {}) => ({
  signOn: {
    scheme: 'oidc',
    idp: { issuer, registration: `heartline-at-${name}-idp`, ...idp },
  },
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
  const portalPlace = async (name: string, fields: object): Promise<Place> => {
    const place = await ehrPlace(name, { signOn: { scheme: 'smart-patient' }, ...fields })
    place.ehr?.misbehave({ idTokenClaims: { fhirUser: 'Patient/pat-1' } })
    return place
  }
  const byProvider = async (name: string, issuer: string, fields: object): Promise<Place> => ({
    ...(await ehrPlace(name, { ...atProvider(name, issuer), ...fields })),
    providerClient: name,
  })
  const signOnOnly = (name: string, signOn: object): Place => ({
    name,
    linkSecret: secretOf(name),
    fields: { signOn, fhirAuthority: 'none' },
    close: async () => {},
  })

  let provider: Awaited<ReturnType<typeof startProvider>> | undefined
  const given = await givenConnections<Place>(async (base) => {
    provider = await startProvider(base)
    const { issuer } = provider
    return Promise.all([
      portalPlace('patient-user', {}),
      portalPlace('patient-system', system({ scopes: [...SCOPES, ...SYSTEM_SCOPES] })),
      portalPlace('patient-none', { fhirAuthority: 'none' }),
      byProvider('oidc-user', issuer, {}),
      byProvider(
        'oidc-other',
        issuer,
        atProvider('oidc-other', issuer, {
          scopes: ['openid', 'smart'],
          vendorOverrides: { userSource: 'userinfo' },
        }),
      ),
      byProvider('oidc-system', issuer, system({ scopes: SYSTEM_SCOPES })),
      {
        ...signOnOnly('oidc-none', {}),
        providerClient: 'oidc-none',
        fields: {
          ...atProvider('oidc-none', issuer, { vendorOverrides: { userSource: 'userinfo' } }),
          fhirAuthority: 'none',
        },
        close: provider.close,
      },
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
      ...SIGNATURES.map((signature) => {
        const name = signature.toLowerCase()
        return { ...signOnOnly(name, hmacLink(name)), signature }
      }),
    ])
  })
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
    provider: provider as NonNullable<typeof provider>,
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
