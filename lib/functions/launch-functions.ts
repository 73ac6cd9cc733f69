import { Duration, type Stack } from 'aws-cdk-lib'
import type {
  LAUNCH_ENVIRONMENT,
  REDIRECT_ENVIRONMENT,
  SAML_ENVIRONMENT,
  SSO_ENVIRONMENT,
} from '#contract/environment.ts'
import { BrokerFunction } from '../constructs/broker-function.ts'
import { everywhere, type Surroundings } from './surroundings.ts'

/** The doors that a launch goes through, in the order that it meets them. */
export function launchFunctions(stack: Stack, surroundings: Surroundings) {
  return {
    launch: launchFunction(stack, surroundings),
    redirect: redirectFunction(stack, surroundings),
    saml: samlFunction(stack, surroundings),
    sso: ssoFunction(stack, surroundings),
  }
}

function launchFunction(stack: Stack, surroundings: Surroundings) {
  const { settings } = surroundings
  const { launches, sessions, registry, events, assertionsKeys, clientSecrets, linkSecrets } =
    surroundings.foundation
  const launch = new BrokerFunction<typeof LAUNCH_ENVIRONMENT>(stack, 'Launch', {
    name: 'launch',
    environment: {
      ...everywhere(surroundings),
      SESSIONS_TABLE_NAME: sessions.tableName,
      EVENT_BUS_NAME: events.busName,
      ASSERTIONS_KEYS: assertionsKeys.signing,
      CLIENT_SECRETS_PREFIX: clientSecrets.prefix,
      LINK_SECRETS_PREFIX: linkSecrets.prefix,
    },
    timeout: Duration.seconds(20),
    memorySize: 512,
    settings,
  })
  // A client proves itself already where its authorization request is pushed.
  clientSecrets.grantRead(launch)
  assertionsKeys.grantSign(launch)
  registry.grantRead(launch)
  registry.grantFindByIssuer(launch)
  launches.grantPutLaunch(launch)
  linkSecrets.grantRead(launch)
  launches.grantMarkSeen(launch)
  launches.grantPutTicket(launch)
  sessions.grantCreateSession(launch)
  events.grantPut(launch, ['session.created'])
  return launch
}

function redirectFunction(stack: Stack, surroundings: Surroundings) {
  const { settings } = surroundings
  const { launches, sessions, registry, events, sealingKeys, assertionsKeys, clientSecrets } =
    surroundings.foundation
  const redirect = new BrokerFunction<typeof REDIRECT_ENVIRONMENT>(stack, 'Redirect', {
    name: 'redirect',
    environment: {
      ...everywhere(surroundings),
      SESSIONS_TABLE_NAME: sessions.tableName,
      SEALING_KEY_ARNS: sealingKeys.keyArns,
      ASSERTIONS_KEYS: assertionsKeys.signing,
      CLIENT_SECRETS_PREFIX: clientSecrets.prefix,
      EVENT_BUS_NAME: events.busName,
    },
    timeout: Duration.seconds(28),
    memorySize: 1024,
    settings,
  })
  launches.grantTakeLaunch(redirect)
  // After a sign-on at an OpenID provider a launch at the EHR follows.
  launches.grantPutLaunch(redirect)
  registry.grantRead(redirect)
  clientSecrets.grantRead(redirect)
  assertionsKeys.grantSign(redirect)
  sealingKeys.grantSealTokens(redirect)
  sessions.grantCreateSession(redirect)
  launches.grantPutTicket(redirect)
  events.grantPut(redirect, ['session.created'])
  return redirect
}

function samlFunction(stack: Stack, surroundings: Surroundings) {
  const { settings } = surroundings
  const { launches, sessions, registry, events, samlKeys, assertionsKeys, clientSecrets } =
    surroundings.foundation
  const saml = new BrokerFunction<typeof SAML_ENVIRONMENT>(stack, 'Saml', {
    name: 'saml',
    environment: {
      ...everywhere(surroundings),
      SESSIONS_TABLE_NAME: sessions.tableName,
      ASSERTIONS_KEYS: assertionsKeys.signing,
      CLIENT_SECRETS_PREFIX: clientSecrets.prefix,
      SAML_SIGNING_KEY_ARNS: samlKeys.signingKeyArns,
      SAML_ENCRYPTION_KEY_ARNS: samlKeys.encryptionKeyArns,
      EVENT_BUS_NAME: events.busName,
    },
    timeout: Duration.seconds(20),
    memorySize: 512,
    settings,
  })
  registry.grantRead(saml)
  launches.grantPutLaunch(saml)
  sessions.grantCreateSession(saml)
  clientSecrets.grantRead(saml)
  assertionsKeys.grantSign(saml)
  samlKeys.grantUse(saml)
  launches.grantSamlRequests(saml)
  launches.grantMarkSeen(saml)
  launches.grantPutTicket(saml)
  sessions.grantFindBySignOn(saml)
  sessions.grantEndSession(saml)
  events.grantPut(saml, ['session.created', 'session.ended'])
  return saml
}

function ssoFunction(stack: Stack, surroundings: Surroundings) {
  const { settings } = surroundings
  const { launches, sessions, registry, events, messagesKeys, ssoSecrets } = surroundings.foundation
  const sso = new BrokerFunction<typeof SSO_ENVIRONMENT>(stack, 'Sso', {
    name: 'sso',
    environment: {
      ...everywhere(surroundings),
      SESSIONS_TABLE_NAME: sessions.tableName,
      EVENT_BUS_NAME: events.busName,
      SSO_SECRETS_PREFIX: ssoSecrets.prefix,
      MESSAGES_KEYS: messagesKeys.signing,
    },
    timeout: Duration.seconds(28),
    memorySize: 512,
    settings,
  })
  launches.grantTakeTicket(sso)
  registry.grantRead(sso)
  ssoSecrets.grantRead(sso)
  messagesKeys.grantSign(sso)
  sessions.grantEndSession(sso)
  events.grantPut(sso, ['session.ended'])
  return sso
}
