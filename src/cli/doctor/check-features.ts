import { assertionSigner } from '#core/oauth/client-authentication.ts'
import { covers } from '#core/oauth/scope-meaning.ts'
import { ASSERTION_ALGORITHMS, type Signer } from '#core/signer.ts'
import type { VendorProfile } from '#core/vendors/vendor-profile.ts'
import type { DiscoveredEhr } from './examined.ts'
import { cannotTell, type Finding, note, ok, wrong } from './finding.ts'

/**
 * Signatures, on ID tokens and on our assertions, as far as the documents say.
 *
 * @param signers the keys that the stack signs assertions with, where that is known
 */
export function checkAlgorithms(
  { profile, registration, features }: DiscoveredEhr,
  signers?: readonly Signer[],
): Finding {
  const idTokens = list(features['id_token_signing_alg_values_supported'])
  const assertions = list(features['token_endpoint_auth_signing_alg_values_supported'])
  const signs = registration.authentication.method === 'private_key_jwt'

  const unsigned = signs && signers ? checkAssertions(profile, signers, assertions) : undefined
  if (unsigned) return unsigned
  if (
    profile.idToken === 'checked' &&
    idTokens &&
    !idTokens.some((one) => profile.idTokenAlgorithms.includes(one))
  ) {
    return wrong(
      'algorithms',
      `ID tokens are signed with ${idTokens.join(', ')}, and taken with ${profile.idTokenAlgorithms.join(', ')}.`,
      'Where it is an asymmetric algorithm, list it in vendorOverrides.idTokenAlgorithms; one with a shared secret, or none, is never taken.',
    )
  }
  const said = [...(idTokens ?? []), ...(signs ? (assertions ?? []) : [])]
  return said.length > 0
    ? ok('algorithms', `ID tokens ${idTokens?.join(', ') ?? 'not said'}; what is needed is there.`)
    : note('algorithms', 'The documents name no algorithms; the keys have to fit, see jwks.')
}

/** Whether there is a key for what the profile wants, and the server takes its signatures. */
function checkAssertions(
  profile: VendorProfile,
  signers: readonly Signer[],
  taken: readonly string[] | undefined,
): Finding | undefined {
  const signsWith = assertionSigner(signers, profile)?.alg
  if (signsWith === undefined) {
    return wrong(
      'algorithms',
      `Client assertions are to be signed with ${profile.assertionAlgorithm}, and the stack has no key for that.`,
      'Add one to assertionsKeys (docs/operations.md), or correct assertionAlgorithm in vendorOverrides.',
    )
  }
  if (!taken || taken.includes(signsWith)) return undefined
  const other = ASSERTION_ALGORITHMS.find((one) => taken.includes(one))
  return wrong(
    'algorithms',
    `Client assertions are signed with ${signsWith}, and the server takes ${taken.join(', ')}.`,
    other
      ? `"vendorOverrides": { "assertionAlgorithm": "${other}" }${signers.some(({ alg }) => alg === other) ? '' : `, once the stack has a key for ${other} (assertionsKeys in docs/operations.md)`}.`
      : 'Register the client with a secret, or ask the hospital to take it: SMART demands RS384 or ES384 of servers.',
  )
}

/** S256 is always sent, unless the profile says that the server does not take it. */
export function checkPkce({ profile, features }: DiscoveredEhr): Finding {
  const methods = list(features['code_challenge_methods_supported'])
  if (profile.pkce === 'none') {
    return methods?.includes('S256')
      ? wrong(
          'pkce',
          'The server takes PKCE with S256, and this connection does without.',
          'Remove "pkce": "none" from vendorOverrides.',
        )
      : ok('pkce', 'No PKCE is sent, as the profile says.')
  }
  if (!methods) {
    return cannotTell(
      'pkce',
      'The documents do not say whether PKCE is taken. S256 is sent; most servers that do not know it ignore it.',
      'Does your authorization server take PKCE with S256 (RFC 7636)? We send it always.',
    )
  }
  return methods.includes('S256')
    ? ok('pkce', 'S256 is taken.')
    : wrong(
        'pkce',
        `The server takes PKCE with ${methods.join(', ') || 'no method'}, and SMART demands S256.`,
        'Ask the hospital to enable S256. Only if it cannot: "vendorOverrides": { "pkce": "none" }.',
      )
}

/** What is asked for against what is listed. Lists are not exhaustive, so this accuses nobody (SM-12). */
export function checkScopes({ connection, features }: DiscoveredEhr): Finding {
  const listed = list(features['scopes_supported'])
  const asked = connection.scopes.join(' ')
  if (!listed) {
    return cannotTell(
      'scopes',
      'The documents list no scopes.',
      `Which of these scopes will our client be granted: ${asked}?`,
    )
  }
  const missing = connection.scopes.filter((scope) => !covers(listed, scope))
  return missing.length === 0
    ? ok('scopes', `All that is asked for is listed: ${asked}.`)
    : cannotTell(
        'scopes',
        `Not listed, though it may be granted all the same: ${missing.join(' ')}.`,
        `Will our client be granted ${missing.join(' ')}? Your documents do not list it.`,
      )
}

function list(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? (value as readonly string[]) : undefined
}
