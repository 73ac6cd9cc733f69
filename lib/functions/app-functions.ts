import { Duration, type Stack } from 'aws-cdk-lib'
import type {
  APP_DOOR_ENVIRONMENT,
  LOGOUT_ENVIRONMENT,
  SESSION_ENVIRONMENT,
  TOKEN_ENVIRONMENT,
} from '#contract/environment.ts'
import { BrokerFunction } from '../constructs/broker-function.ts'
import { letRenew, renewing } from './renewal.ts'
import { everywhere, type Surroundings } from './surroundings.ts'

/** Gives an app a token of its own, and the public keys to anybody. */
export function tokenFunction(stack: Stack, surroundings: Surroundings) {
  const { settings } = surroundings
  const { launches, sessions, registry, assertionsKeys, messagesKeys, tokensKeys } =
    surroundings.foundation
  const token = new BrokerFunction<typeof TOKEN_ENVIRONMENT>(stack, 'Token', {
    name: 'token',
    environment: {
      ...everywhere(surroundings),
      SESSIONS_TABLE_NAME: sessions.tableName,
      ASSERTIONS_KEYS: assertionsKeys.published,
      MESSAGES_KEYS: messagesKeys.published,
      TOKENS_KEY_ARN: tokensKeys.signingKeyArn,
    },
    timeout: Duration.seconds(15),
    memorySize: 512,
    settings,
  })
  registry.grantRead(token)
  launches.grantMarkSeen(token)
  sessions.grantReadSessionEnd(token)
  tokensKeys.grantSign(token)
  assertionsKeys.grantReadPublicKeys(token)
  messagesKeys.grantReadPublicKeys(token)
  return token
}

/** The doors through which an app reaches the EHR. */
export function appDoors(stack: Stack, surroundings: Surroundings) {
  const { settings, foundation } = surroundings
  const { sessions, tokensKeys, audit } = foundation
  const environment = {
    ...renewing(surroundings),
    TOKENS_KEY_ARNS: tokensKeys.keyArns,
    AUDIT_LOG_GROUP_NAME: audit.logGroupName,
  }
  const fhir = new BrokerFunction<typeof APP_DOOR_ENVIRONMENT>(stack, 'Fhir', {
    name: 'fhir',
    environment,
    timeout: Duration.minutes(10),
    memorySize: 1024,
    settings,
  })
  const dataModel = new BrokerFunction<typeof APP_DOOR_ENVIRONMENT>(stack, 'DataModel', {
    name: 'data-model',
    environment,
    timeout: Duration.minutes(1),
    memorySize: 1024,
    settings,
  })
  for (const door of [fhir, dataModel]) {
    letRenew(door, foundation)
    tokensKeys.grantVerify(door)
    audit.grantRecord(door)
    // The row of a connection's own tokens is made by whoever needs them first.
    sessions.grantCreateSession(door)
  }
  return { fhir, 'data-model': dataModel }
}

/** Tells an app what its session is, and ends it. */
export function sessionFunction(
  stack: Stack,
  { foundation, settings, publicBaseUrl }: Surroundings,
) {
  const { sessions, registry, tokensKeys, events } = foundation
  const session = new BrokerFunction<typeof SESSION_ENVIRONMENT>(stack, 'Session', {
    name: 'session',
    environment: {
      PUBLIC_BASE_URL: publicBaseUrl,
      REGISTRY_TABLE_NAME: registry.tableName,
      SESSIONS_TABLE_NAME: sessions.tableName,
      TOKENS_KEY_ARNS: tokensKeys.keyArns,
      EVENT_BUS_NAME: events.busName,
    },
    timeout: Duration.seconds(15),
    memorySize: 512,
    settings,
  })
  tokensKeys.grantVerify(session)
  registry.grantRead(session)
  sessions.grantViewSession(session)
  sessions.grantEndSession(session)
  events.grantPut(session, ['session.ended'])
  return session
}

/** Ends the sessions of whoever signs off at an OpenID provider. */
export function logoutFunction(stack: Stack, { foundation, settings, upstreams }: Surroundings) {
  const { launches, sessions, registry, events } = foundation
  const logout = new BrokerFunction<typeof LOGOUT_ENVIRONMENT>(stack, 'Logout', {
    name: 'logout',
    environment: {
      UPSTREAMS: upstreams,
      LAUNCHES_TABLE_NAME: launches.tableName,
      REGISTRY_TABLE_NAME: registry.tableName,
      SESSIONS_TABLE_NAME: sessions.tableName,
      EVENT_BUS_NAME: events.busName,
    },
    timeout: Duration.seconds(28),
    memorySize: 512,
    settings,
  })
  registry.grantRead(logout)
  launches.grantMarkSeen(logout)
  sessions.grantFindBySignOn(logout)
  sessions.grantEndSession(logout)
  events.grantPut(logout, ['session.ended'])
  return logout
}
