import type { IGrantable } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import type { EventType } from '#contract/events.ts'
import type { Foundation } from '../foundation.ts'
import { everywhere, type Surroundings } from './surroundings.ts'

/** What whoever renews tokens may have to tell of. */
const RENEWAL_EVENTS: readonly EventType[] = [
  'session.refreshed',
  'session.reauthorization-required',
  'connection.failing',
  'connection.recovered',
]

/** The variables of whoever renews tokens. */
export function renewing(surroundings: Surroundings) {
  const { sessions, sealingKeys, assertionsKeys, clientSecrets, events } = surroundings.foundation
  return {
    ...everywhere(surroundings),
    SESSIONS_TABLE_NAME: sessions.tableName,
    SEALING_KEY_ARNS: sealingKeys.keyArns,
    ASSERTIONS_KEYS: assertionsKeys.signing,
    CLIENT_SECRETS_PREFIX: clientSecrets.prefix,
    EVENT_BUS_NAME: events.busName,
  }
}

/** Lets a function renew the tokens of sessions. */
export function letRenew(grantee: IGrantable & Construct, foundation: Foundation): void {
  const { launches, sessions, registry, sealingKeys, assertionsKeys, clientSecrets, events } =
    foundation
  registry.grantRead(grantee)
  sessions.grantReadSession(grantee)
  sessions.grantUseSession(grantee)
  sealingKeys.grantOpenTokens(grantee)
  sealingKeys.grantSealTokens(grantee)
  clientSecrets.grantRead(grantee)
  assertionsKeys.grantSign(grantee)
  launches.grantRescue(grantee)
  launches.grantNoteHealth(grantee)
  events.grantPut(grantee, RENEWAL_EVENTS)
}
