import type { SandboxClientAuthentication } from './ehr/clients.ts'
import type { SandboxEhr } from './ehr/start-sandbox-ehr.ts'

const SMART = [
  'launch',
  'openid',
  'fhirUser',
  'profile',
  'offline_access',
  'patient/*.rs',
  'user/Practitioner.rs',
]

/** For servers without wildcards. */
const LISTED = [
  'launch',
  'openid',
  'fhirUser',
  'profile',
  'offline_access',
  'patient/Patient.read',
  'patient/Observation.read',
  'user/Practitioner.read',
]

/** For servers that know nothing of SMART's launch. */
const PLAIN = [
  'openid',
  'profile',
  'offline_access',
  'user/Practitioner.read',
  'user/Patient.read',
  'user/Observation.read',
]

/** What an operator writes of a connection to a vendor's server. */
interface VendorEntry {
  readonly method: SandboxClientAuthentication['method']
  readonly scopes: readonly string[]
  /** Further fields of the connection. */
  readonly fields: Readonly<Record<string, unknown>>
}

type Server = Pick<SandboxEhr, 'issuer'>
type Fields = (ehr: Server) => Readonly<Record<string, unknown>>

/** Nothing beside the vendor's name: the documents say it all. */
const nothing: Fields = () => ({})

/** The person may come without the EHR, and choose it in the launch picker. */
const FROM_OUTSIDE = { standaloneLaunch: true, listed: true }
const alone: Fields = () => FROM_OUTSIDE

/** The issuer is not below the FHIR base. */
const provider: Fields = ({ issuer }) => ({
  ...FROM_OUTSIDE,
  authorizationServer: { issuer },
})

/** The server publishes nothing, or nothing that is right. */
const typedIn: Fields = ({ issuer }) => ({
  authorizationServer: {
    issuer,
    authorizationEndpoint: `${issuer}/auth`,
    tokenEndpoint: `${issuer}/token`,
    jwksUri: `${issuer}/jwks`,
    userinfoEndpoint: `${issuer}/userinfo`,
  },
})

const ENTRIES: Readonly<
  Record<string, readonly [VendorEntry['method'], readonly string[], Fields]>
> = {
  smart: ['private_key_jwt', SMART, alone],
  oidc: ['private_key_jwt', PLAIN, provider],
  oauth2: [
    'client_secret_basic',
    PLAIN.filter((scope) => !['openid', 'profile'].includes(scope)),
    (ehr) => ({ ...alone(ehr), ...typedIn(ehr) }),
  ],
  epic: ['client_secret_basic', SMART, nothing],
  'oracle-health': ['client_secret_basic', LISTED, nothing],
  athenahealth: ['private_key_jwt', LISTED, nothing],
  'athena-flex': ['client_secret_basic', SMART, typedIn],
  meditech: ['private_key_jwt', SMART, nothing],
  eclinicalworks: ['private_key_jwt', LISTED, alone],
  nextgen: ['client_secret_basic', SMART, nothing],
  'nextgen-office': ['client_secret_basic', SMART, nothing],
  veradigm: ['client_secret_post', SMART, nothing],
  'veradigm-dstu2': ['none', SMART, typedIn],
  modmed: ['client_secret_post', LISTED, nothing],
  canvas: ['client_secret_basic', SMART, nothing],
  elation: ['client_secret_basic', SMART, typedIn],
  medplum: ['client_secret_basic', SMART, nothing],
  openemr: ['private_key_jwt', SMART, nothing],
  '1uphealth': ['client_secret_basic', SMART, typedIn],
  'azure-health-data': ['client_secret_basic', SMART, nothing],
  'google-healthcare': ['private_key_jwt', SMART, nothing],
  'aws-healthlake': ['private_key_jwt', SMART, nothing],
  'cms-bluebutton': ['client_secret_basic', LISTED, alone],
  'va-lighthouse': ['client_secret_basic', LISTED, alone],
  aetna: ['client_secret_basic', SMART, nothing],
  'smart-launcher': ['private_key_jwt', SMART, nothing],
  keycloak: ['client_secret_basic', PLAIN, provider],
  okta: ['client_secret_basic', PLAIN, provider],
  auth0: ['client_secret_post', PLAIN, provider],
  entra: ['client_secret_post', PLAIN, provider],
  google: ['client_secret_post', PLAIN, provider],
}

/** The registry entry for the sandbox in a vendor's guise. */
export function vendorEntry(vendor: string, ehr: Server): VendorEntry {
  const entry = ENTRIES[vendor]
  if (!entry)
    throw new Error(`No vendor "${vendor}". There are: ${Object.keys(ENTRIES).join(', ')}`)
  const [method, scopes, fields] = entry
  return { method, scopes, fields: fields(ehr) }
}
