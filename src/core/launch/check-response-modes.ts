import type { AuthorizationServerMetadata } from '#core/discovery/authorization-server.ts'
import { BrokerError } from '#core/errors.ts'

/**
 * Refuses a server that answers by signed responses (JARM) only: its answer could not be read, and the
 * person would have signed on for nothing.
 *
 * @throws BrokerError `authorization_server_unsupported`
 * @see [JARM](https://openid.net/specs/oauth-v2-jarm-final.html)
 */
export function checkResponseModes(
  { response_modes_supported: modes }: AuthorizationServerMetadata,
  connection: string,
): void {
  if (!modes || modes.length === 0 || modes.some((mode) => !/(^|\.)jwt$/.test(mode))) return
  throw new BrokerError('authorization_server_unsupported', {
    detail: { connection, parameter: 'response_modes_supported', reason: 'jarm_demanded' },
  })
}
