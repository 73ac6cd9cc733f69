import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import type { KMSClient } from '@aws-sdk/client-kms'
import { awsClient } from '#adapters/aws-client.ts'
import { cloudwatchAuditTrail } from '#adapters/cloudwatch/audit-trail.ts'
import { createStreamingEgress } from '#adapters/egress/streaming-egress.ts'
import { readKeyArns, readUpstreams } from '#adapters/environment.ts'
import { kmsSigner } from '#adapters/kms/signer.ts'
import type { APP_DOOR_ENVIRONMENT, Environment } from '#contract/environment.ts'
import { rememberVerified } from '#core/app-token/remember-verified.ts'
import { verifyAppToken } from '#core/app-token/verify-app-token.ts'
import type { EventLog } from '#core/event-log.ts'
import { upstreamPauses } from '#core/fhir/upstream-pauses.ts'
import { dpopProofs } from '#core/oauth/dpop-proofs.ts'
import { deadSessionGuard } from '#core/session/dead-session-guard.ts'
import type { Clock } from '#core/time.ts'

interface Instance {
  readonly kms: KMSClient
  readonly log: EventLog
  readonly now: Clock
}

/** What each door is wired with through which an app reaches the EHR. */
export function wireAppDoor(
  environment: Environment<typeof APP_DOOR_ENVIRONMENT>,
  { kms, log, now }: Instance,
) {
  const publicBaseUrl = environment.PUBLIC_BASE_URL
  const signers = readKeyArns(environment.TOKENS_KEY_ARNS).map((keyArn) =>
    kmsSigner({ kms, keyArn, alg: 'ES256' }),
  )
  return {
    egress: createStreamingEgress({ upstreams: readUpstreams(environment.UPSTREAMS) }),
    verifyAppToken: rememberVerified(
      (authorization) => verifyAppToken(authorization, { signers, publicBaseUrl, now }),
      now,
    ),
    guardDeadSessions: deadSessionGuard(now),
    proofs: dpopProofs(now),
    pauseUpstream: upstreamPauses(now),
    audit: cloudwatchAuditTrail({
      logs: new CloudWatchLogsClient(awsClient('logs')),
      logGroupName: environment.AUDIT_LOG_GROUP_NAME,
      log,
      now,
    }),
    publicBaseUrl,
    elapsedMs: () => performance.now(),
  }
}
