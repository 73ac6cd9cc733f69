import type { AuthorizationServerMetadata } from '#core/discovery/authorization-server.ts'
import { covers } from '#core/oauth/scope-meaning.ts'
import type { Registration } from '#core/registry/registry.ts'
import { ASSERTION_ALGORITHMS, type AssertionAlgorithm } from '#core/signer.ts'
import { profileOf } from '#core/vendors/profile-of.ts'
import type { VendorProfile } from '#core/vendors/vendor-profile.ts'
import type { FhirVersion, FoundEhr } from './find-ehr.ts'

type Method = Registration['authentication']['method']

/** The better proof first: a key before a secret, a secret before nothing (SM-42). */
const METHODS: readonly Method[] = [
  'private_key_jwt',
  'client_secret_basic',
  'client_secret_post',
  'none',
]

/** What SMART's capabilities say of a client, as methods. */
const BY_CAPABILITY: Readonly<Record<string, Method>> = {
  'client-confidential-asymmetric': 'private_key_jwt',
  'client-confidential-symmetric': 'client_secret_basic',
  'client-public': 'none',
}

/** How to connect to an EHR, going by what it says of itself. */
export interface Proposal {
  readonly method: Method
  /** The one algorithm that assertions may have, where the EHR takes only one of the two. */
  readonly assertionAlgorithm?: AssertionAlgorithm
  readonly scopes: readonly string[]
  readonly fhirVersion: FhirVersion
  /** What it leaves open, each a question to whoever runs it. */
  readonly questions: readonly string[]
}

/** @param wanted scopes that the app asks for; the least that shows a patient when absent */
export function proposeConnection(
  { vendor, metadata, fhirVersion }: FoundEhr,
  wanted: readonly string[] | undefined,
): Proposal {
  const profile = profileOf({ vendor })
  const stated = statedMethods(metadata)
  const method = proposedMethod(profile, metadata, stated)
  const scopes = wanted ?? leastScopes(profile, metadata)
  const unlisted = scopes.filter((scope) => !isListed(scope, metadata))
  const assertionAlgorithm = method === 'private_key_jwt' && onlyAlgorithm(profile, metadata)
  return {
    method,
    ...(assertionAlgorithm && { assertionAlgorithm }),
    scopes,
    fhirVersion: fhirVersion ?? 'R4',
    questions: [
      ...(stated.length > 0
        ? []
        : ['Which client authentication does your token endpoint take? Its documents do not say.']),
      ...(unlisted.length > 0
        ? [`Will these scopes be granted, which your documents do not list: ${unlisted.join(' ')}?`]
        : []),
      ...(metadata.code_challenge_methods_supported?.includes('S256')
        ? []
        : ['Does your authorization server take PKCE with S256? Its documents do not say.']),
      ...(fhirVersion ? [] : ['Which version of FHIR is at this address? We could not read it.']),
    ],
  }
}

function statedMethods(metadata: AuthorizationServerMetadata): readonly Method[] {
  const listed = metadata.token_endpoint_auth_methods_supported
  const byCapability = (metadata.capabilities ?? []).flatMap((one) => BY_CAPABILITY[one] ?? [])
  return METHODS.filter((method) => (listed ?? byCapability).includes(method))
}

function proposedMethod(
  { clientAuthentication }: VendorProfile,
  { token_endpoint_auth_signing_alg_values_supported: algorithms }: AuthorizationServerMetadata,
  stated: readonly Method[],
): Method {
  const canSign = !algorithms || ASSERTION_ALGORITHMS.some((one) => algorithms.includes(one))
  const taken = METHODS.filter((method) => clientAuthentication.includes(method))
  const proven = taken.filter(
    (method) => stated.includes(method) && (method !== 'private_key_jwt' || canSign),
  )
  // A key is proposed only to who says that it takes one; a secret is what every server takes.
  const [first = 'none'] = [...proven, ...taken.filter((method) => method !== 'private_key_jwt')]
  return first
}

/** Undefined where the profile has it already, both are taken, or nobody knows (SM-47). */
function onlyAlgorithm(
  { assertionAlgorithm }: VendorProfile,
  { token_endpoint_auth_signing_alg_values_supported: listed = [] }: AuthorizationServerMetadata,
): AssertionAlgorithm | undefined {
  const [only, ...others] = ASSERTION_ALGORITHMS.filter((one) => listed.includes(one))
  return others.length === 0 && only !== assertionAlgorithm ? only : undefined
}

/** Who signed on, the open patient, and staying connected: the rest is the app's to add (SM-29). */
function leastScopes(
  { scopeVersion, scopesRemoved }: VendorProfile,
  { capabilities, scopes_supported: listed }: AuthorizationServerMetadata,
): readonly string[] {
  const isV2 =
    scopeVersion === 'v2' ||
    (scopeVersion === 'as-configured' && (capabilities?.includes('permission-v2') ?? false))
  const user = listed && !listed.includes('fhirUser') && listed.includes('profile')
  const stay =
    listed && !listed.includes('offline_access') && listed.includes('online_access')
      ? 'online_access'
      : 'offline_access'
  return [
    'launch',
    'openid',
    user ? 'profile' : 'fhirUser',
    stay,
    isV2 ? 'patient/Patient.rs' : 'patient/Patient.read',
  ].filter((scope) => !scopesRemoved.includes(scope))
}

/** Lists are not exhaustive (SM-12): what is not listed is asked about, and asked for all the same. */
function isListed(
  scope: string,
  { scopes_supported: listed }: AuthorizationServerMetadata,
): boolean {
  return listed === undefined || covers(listed, scope)
}
