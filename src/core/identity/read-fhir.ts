import type { Egress } from '#core/egress.ts'
import { BrokerError } from '#core/errors.ts'
import type { EventLog } from '#core/event-log.ts'
import type { TokenGrant } from '#core/oauth/token-grant.ts'
import type { Connection } from '#core/registry/registry.ts'
import { fhirEgress } from '#core/vendors/fhir-egress.ts'

/** FHIR's share of the 29 seconds that a redirect has; the reads run at once within it. */
const TIMEOUT_MS = 3_000
const MAX_BYTES = 256 * 1024

/** Reads below a FHIR base with a launch's own token. */
export type ReadFhir = (path: string) => Promise<Readonly<Record<string, unknown>> | undefined>

/** A read that fails or takes too long never fails a launch: the message then says less. */
export function fhirReader(
  connection: Connection,
  { accessToken, extras }: TokenGrant,
  {
    egress,
    log,
    launchId,
  }: { readonly egress: Egress; readonly log: EventLog; readonly launchId: string },
): ReadFhir {
  const send = fhirEgress(egress, connection, extras)
  const base = connection.fhirBaseUrl.replace(/\/$/, '')

  const read = async (path: string) => {
    const url = new URL(`${base}/${path}`)
    const response = await send(
      url,
      {
        headers: {
          accept: 'application/fhir+json',
          authorization: `Bearer ${accessToken.reveal()}`,
        },
      },
      { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, hosts: [url.host] },
    )
    if (response.status !== 200) {
      throw new BrokerError('upstream_unavailable', { detail: { status: response.status } })
    }
    return (await response.json()) as Readonly<Record<string, unknown>>
  }

  return async (path) => {
    try {
      return await read(path)
    } catch (error) {
      log.warn('identity_read_failed', {
        launchId,
        connection: connection.id,
        reason: error instanceof BrokerError ? error.code : 'not_fhir',
      })
      return undefined
    }
  }
}
