import { readDocument } from '#core/discovery/read-document.ts'
import type { Egress } from '#core/egress.ts'
import type { DiscoveredEhr } from './examined.ts'
import { type Finding, ok, wrong } from './finding.ts'

/** Whether the keys that ID tokens are checked by are there. */
export async function checkKeys(
  { connection, profile, metadata }: DiscoveredEhr,
  egress: Egress,
): Promise<Finding> {
  if (profile.idToken === 'ignored' || !connection.scopes.includes('openid')) {
    return ok('jwks', 'No ID token is asked for, so no keys are needed.')
  }
  if (profile.idTokenKeys === 'token-issuer') {
    return ok('jwks', 'The keys are those that the ID token’s own issuer publishes.')
  }
  const address = metadata.jwks_uri
  if (address === undefined) {
    return wrong(
      'jwks',
      'No document says where the keys of ID tokens are.',
      'Ask the hospital for its jwks_uri, and give it in authorizationServer.',
    )
  }
  const read = await readDocument(address, {
    accept: 'application/json',
    headers: {},
    hosts: [new URL(address).host],
    egress,
  })
  if (!('document' in read)) {
    return wrong(
      'jwks',
      `The keys of ID tokens cannot be read (${address}: ${read.reason}).`,
      'Ask the hospital to publish them there, without authentication.',
    )
  }
  const { keys } = read.document
  const usable = (Array.isArray(keys) ? keys : []).filter((key) =>
    isUsable(key, profile.idTokenAlgorithms),
  )
  return usable.length > 0
    ? ok('jwks', `${address} has ${usable.length} usable ${usable.length === 1 ? 'key' : 'keys'}.`)
    : wrong(
        'jwks',
        `${address} has no key for signatures by ${profile.idTokenAlgorithms.join(', ')}.`,
        'Ask the hospital to publish the public key that it signs ID tokens with.',
      )
}

function isUsable(key: unknown, algorithms: readonly string[]): boolean {
  const { kty, use, alg } = (key ?? {}) as Readonly<Record<string, unknown>>
  if (use !== undefined && use !== 'sig') return false
  if (typeof alg === 'string') return algorithms.includes(alg)
  return algorithms.some((one) => (one.startsWith('ES') ? kty === 'EC' : kty === 'RSA'))
}
