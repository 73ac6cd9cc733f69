import { type FakeEhr, startFakeEhr } from '../support/fake-ehr.ts'
import { startPlainProvider } from '../support/plain-servers.ts'
import { type IdentityProvider, startIdentityProvider } from '../support/saml/identity-provider.ts'
import {
  CLIENT_SECRET,
  type GivenServer,
  givenConnections,
  type Operate,
} from './given-connections.ts'

interface Provider extends GivenServer {
  readonly idp: IdentityProvider
  readonly ehr?: FakeEhr
}

/** One broker and the providers of two hospitals, which have read each other's metadata. */
export async function givenSaml() {
  const given = await givenConnections<Provider>(async (base, operate) => {
    const atServer = async (name: string, method: Method, client: object) =>
      withServer(await provider(name, operate), method, client, base)
    return Promise.all([
      provider('general', operate),
      provider('mercy', operate, { idpInitiated: true }),
      withEhr(await provider('system', operate), {
        fhirAuthority: 'system',
        scopes: ['system/Patient.rs'],
      }),
      withEhr(await provider('user', operate), {
        scopes: ['launch/patient', 'openid', 'fhirUser', 'patient/*.rs'],
      }),
      atServer('county', 'client_secret_basic', { client_secret: CLIENT_SECRET }),
      atServer('state', 'private_key_jwt', {
        token_endpoint_auth_method: 'private_key_jwt',
        jwks_uri: `${base}/.well-known/jwks.json`,
      }),
    ])
  })
  for (const name of ['general', 'mercy', 'system', 'user', 'county', 'state']) {
    const metadata = await fetch(`${given.base}/saml/at-${name}/metadata`)
    given.server(name).idp.meet(await metadata.text())
  }
  return given
}

/** An identity provider, and the connection that an operator makes of its metadata. */
async function provider(name: string, operate: Operate, settings: object = {}): Promise<Provider> {
  const idp = await startIdentityProvider()
  const { lines } = await operate(['saml', 'import', idp.metadataUrl])
  const CLAIM = 'http://schemas.passportjs.com'
  const mapping = {
    user: {
      subject: 'NameID',
      name: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name',
      email: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
    },
    patient: {
      fhirId: `${CLAIM}/fhirPatient`,
      identifiers: [{ from: `${CLAIM}/patient`, idType: 'MR' }],
    },
    encounter: `${CLAIM}/encounter`,
  }
  return {
    name,
    fields: {
      fhirAuthority: 'none',
      signOn: { ...JSON.parse(lines.join('')), mapping, ...settings },
    },
    idp,
    close: idp.close,
  }
}

/** The same at a hospital whose EHR the connection reaches. */
async function withEhr(one: Provider, fields: object): Promise<Provider> {
  const ehr = await startFakeEhr()
  ehr.misbehave({ tokenMembers: { patient: 'pat-9' } })
  const { fhirAuthority, ...signOn } = one.fields
  return {
    ...one,
    clientId: 'fake-client',
    method: 'fhirAuthority' in fields ? 'private_key_jwt' : 'none',
    fields: { ...signOn, fhirBaseUrl: ehr.fhirBaseUrl, ...fields },
    ehr,
    close: async () => {
      await Promise.all([ehr.close(), one.close()])
    },
  }
}

type Method = 'client_secret_basic' | 'private_key_jwt'

/** A provider beside an authorization server, where the person grants access once they have signed on. */
async function withServer(
  signOn: Provider,
  method: Method,
  client: object,
  base: string,
): Promise<Provider> {
  const { name } = signOn
  const server = await startPlainProvider(
    {
      client_id: 'heartline',
      redirect_uris: [`${base}/redirect/heartline-at-${name}`, `${base}/redirect`],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      ...client,
    },
    { enabledJWA: { clientAuthSigningAlgValues: ['RS384'] } },
  )
  return {
    ...signOn,
    clientId: 'heartline',
    method,
    fields: {
      signOn: signOn.fields['signOn'],
      fhirBaseUrl: server.fhirBaseUrl,
      vendor: 'oidc',
      vendorOverrides: { authorizeParameters: { prompt: 'consent' } },
      authorizationServer: { issuer: server.issuer },
      scopes: ['openid', 'offline_access'],
    },
    close: async () => {
      await Promise.all([server.close(), signOn.close()])
    },
  }
}
