import { dynamodbDueSessions } from '#adapters/dynamodb/due-sessions.ts'
import { dynamodbEndingSessions } from '#adapters/dynamodb/ending-sessions.ts'
import { readEnvironment } from '#adapters/environment.ts'
import { RENEWAL_ENVIRONMENT } from '#contract/environment.ts'
import { leaseObserver } from '#core/tokens/lease-observer.ts'
import { revokeTokens } from '#core/tokens/revoke-tokens.ts'
import { wireAccessTokens } from '../wire-access-tokens.ts'
import { refresherHandler } from './handler.ts'

const instance = wireAccessTokens('refresher', readEnvironment(RENEWAL_ENVIRONMENT))
const { authentication, discovery, egress, registry, sessionsTable } = instance
const monotonicMs = () => performance.now()

export const handler = refresherHandler({
  ...instance,
  due: dynamodbDueSessions(sessionsTable),
  endings: dynamodbEndingSessions(sessionsTable),
  revokeTokens: revokeTokens({
    registry,
    discovery,
    egress,
    ...authentication,
  }),
  leases: leaseObserver(monotonicMs),
  monotonicMs,
})
