import { createStreamingEgress } from '#adapters/egress/streaming-egress.ts'
import { kmsSigner } from '#adapters/kms/signer.ts'
import { memoryAuditTrail } from '#adapters/memory/audit-trail.ts'
import { rememberVerified } from '#core/app-token/remember-verified.ts'
import { verifyAppToken } from '#core/app-token/verify-app-token.ts'
import { cachedDiscovery } from '#core/discovery/cached-discovery.ts'
import { upstreamPauses } from '#core/fhir/upstream-pauses.ts'
import { dpopProofs } from '#core/oauth/dpop-proofs.ts'
import { deadSessionGuard } from '#core/session/dead-session-guard.ts'
import { systemAccessTokens } from '#core/system-access/system-access-tokens.ts'
import type { RefreshTokenReuse } from '#core/tokens/renewal.ts'
import { fhirHandler } from '../../../lambdas/fhir/handler.ts'
import { aConnection, anApp, aRegistration, aRegistry } from '../../fixtures.ts'
import { recordingMetrics } from '../recording-metrics.ts'
import { type AwsConfig, tokenInstance } from '../renewal/instance.ts'
import { instanceRefresher } from '../renewal/refresher.ts'
import type { HeldTime } from './held-time.ts'

/** An EHR as an instance knows it; its connection and organization are named alike. */
interface EhrConfig {
  readonly name: string
  readonly origin: string
  readonly reuse: RefreshTokenReuse
}

export interface SoakConfig extends AwsConfig {
  readonly tokensKeyArn: string
  readonly publicBaseUrl: string
  readonly ehrs: readonly EhrConfig[]
}

/** However slow the machine is, who asks has asked a moment ago. */
const PATIENCE_MS = 600_000

/** More than anything takes: time does not pass while something is done. */
const REMAINING_MS = 90_000

/** The `fhir` and the `refresher` handlers as their functions wire them, but for their time. */
export function soakInstance(config: SoakConfig, { now, pace, during }: HeldTime) {
  const registry = aRegistry({
    apps: [anApp()],
    registrations: [aRegistration()],
    connections: config.ehrs.map(({ name, origin, reuse }) =>
      aConnection({
        id: name,
        organization: name,
        fhirBaseUrl: `${origin}/fhir`,
        issuer: `${origin}/fhir`,
        vendorOverrides: { refreshReuse: reuse },
      }),
    ),
  })
  const instance = tokenInstance(config, registry, {
    now,
    pace,
    during,
    patienceMs: PATIENCE_MS,
  })
  const { kms, sessions, vault, log, egress } = instance
  const discovery = cachedDiscovery({ egress, log, now })
  const tokens = systemAccessTokens({ ...instance, discovery, now })
  const signer = kmsSigner({ kms, keyArn: config.tokensKeyArn, alg: 'ES256' })
  const send = createStreamingEgress({ upstreams: 'loopback' })
  const { publicBaseUrl } = config
  const context = { getRemainingTimeInMillis: () => REMAINING_MS }

  const fhir = fhirHandler({
    registry,
    sessions,
    tokens,
    log,
    now,
    publicBaseUrl,
    verifyAppToken: rememberVerified(
      (authorization) => verifyAppToken(authorization, { signers: [signer], publicBaseUrl, now }),
      now,
    ),
    pagingKey: tokens.pagingKey,
    guardDeadSessions: deadSessionGuard(now),
    egress: (url, request, options) => {
      const limits = { ...options, timeoutMs: PATIENCE_MS, connectTimeoutMs: PATIENCE_MS }
      return during(() => send(url, request, limits))
    },
    proofs: dpopProofs(now),
    pauseUpstream: upstreamPauses(now),
    audit: memoryAuditTrail(),
    metrics: recordingMetrics(),
    elapsedMs: pace.monotonicMs,
  })
  return {
    vault,
    sessions,
    tokens,
    log,
    signer,
    /** Reads a session's patient with the app's token, as its server does. */
    async read(ehr: string, sessionId: string, authorization: string): Promise<string> {
      const headers = { Authorization: authorization, 'X-Sallyport-Session': sessionId }
      const event = {
        httpMethod: 'GET',
        path: `/fhir/R4/${ehr}/Production/Patient/the-patient`,
        headers,
        multiValueHeaders: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name, [value]]),
        ),
        multiValueQueryStringParameters: {},
        body: null,
        isBase64Encoded: false,
        requestContext: { requestId: 'soak' },
      }
      const { body } = await fhir(event as never, context as never)
      const chunks: Uint8Array[] = []
      for await (const chunk of body ?? []) chunks.push(chunk)
      return Buffer.concat(chunks).toString()
    },
    sweep: instanceRefresher(instance, { now, pace, sessionsTable: config.sessionsTable }),
  }
}
