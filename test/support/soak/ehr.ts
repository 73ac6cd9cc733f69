import type { Clock } from '#core/time.ts'
import type { RefreshTokenReuse } from '#core/tokens/renewal.ts'
import type { ServerKind } from '../../explore/authorization-server.ts'
import { serve } from '../http-server.ts'
import { startTokenEndpoint, type TokenEndpointOptions } from '../renewal/token-endpoint.ts'

export interface SoakEhrOptions extends Omit<TokenEndpointOptions, 'kind' | 'now'> {
  /** Its connection and its organization. */
  readonly name: string
  readonly kind: ServerKind
  readonly reuse: RefreshTokenReuse
  readonly now: Clock
}

/** An authorization server and FHIR under its tokens: each patient is named as the grant is. */
export async function startSoakEhr({ name, reuse, ...options }: SoakEhrOptions) {
  const endpoint = await startTokenEndpoint(options)
  const fhir = await serve((request, response) => {
    const accessToken = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const isGood = endpoint.isGood(accessToken)
    const body = isGood
      ? { resourceType: 'Patient', id: /^access-(.+)-\d+$/.exec(accessToken)?.[1] }
      : { resourceType: 'OperationOutcome' }
    response
      .writeHead(isGood ? 200 : 401, { 'content-type': 'application/fhir+json' })
      .end(JSON.stringify(body))
  })
  return {
    name,
    endpoint,
    config: { name, reuse, origin: fhir.origin },
    close: () => Promise.all([endpoint.close(), fhir.close()]),
  }
}
