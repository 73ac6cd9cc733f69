import type { AuthorizationServer } from 'oauth4webapi'
import { readDocument } from '#core/discovery/read-document.ts'
import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'

/**
 * Where the accepted issuer of a token publishes its keys; on hosts of the connection only.
 *
 * @throws BrokerError `authorization_server_unavailable`
 */
export async function keysOfIssuer(
  issuer: string,
  hosts: readonly string[],
  egress: Egress,
): Promise<Pick<AuthorizationServer, 'jwks_uri'>> {
  const read = await readDocument(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    accept: 'application/json',
    headers: {},
    hosts,
    egress,
  })
  if (!('document' in read)) {
    throw new BrokerError('authorization_server_unavailable', { detail: { reason: read.reason } })
  }
  const uri = read.document['jwks_uri']
  return typeof uri === 'string' && hosts.includes(URL.parse(uri)?.host ?? '')
    ? { jwks_uri: uri }
    : {}
}
