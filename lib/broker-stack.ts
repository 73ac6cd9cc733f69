import { CfnOutput, Duration, Fn, Stack, type StackProps } from 'aws-cdk-lib'
import type { IGrantable } from 'aws-cdk-lib/aws-iam'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import type {
  APP_DOOR_ENVIRONMENT,
  LAUNCH_ENVIRONMENT,
  LOGOUT_ENVIRONMENT,
  REDIRECT_ENVIRONMENT,
  RENEWAL_ENVIRONMENT,
  SAML_ENVIRONMENT,
  SESSION_ENVIRONMENT,
  SSO_ENVIRONMENT,
  TOKEN_ENVIRONMENT,
  WEBHOOKS_ENVIRONMENT,
} from '#contract/environment.ts'
import type { EventType } from '#contract/events.ts'
import { OUTPUTS } from '#contract/outputs.ts'
import type { Upstreams } from '#contract/upstreams.ts'
import { AssertionsKeys } from './constructs/assertions-keys.ts'
import { AuditLog } from './constructs/audit-log.ts'
import { BrokerApi } from './constructs/broker-api.ts'
import { BrokerEventBus } from './constructs/broker-event-bus.ts'
import { BrokerFunction } from './constructs/broker-function.ts'
import type { KeyGenerations, SigningGeneration } from './constructs/key-generations.ts'
import { LaunchesTable } from './constructs/launches-table.ts'
import { MessagesKeys } from './constructs/messages-keys.ts'
import { RefreshSchedule } from './constructs/refresh-schedule.ts'
import { RegistryTable } from './constructs/registry-table.ts'
import { SamlKeys } from './constructs/saml-keys.ts'
import { SealingKeys } from './constructs/sealing-key.ts'
import { SecretsPrefix } from './constructs/secrets-prefix.ts'
import { SessionsTable } from './constructs/sessions-table.ts'
import { SigningKey } from './constructs/signing-key.ts'
import { StorageKey } from './constructs/storage-key.ts'
import { WebhookDelivery } from './constructs/webhook-delivery.ts'
import { Monitoring } from './monitoring/monitoring.ts'

/** What whoever renews tokens may have to tell of. */
const RENEWAL_EVENTS: readonly EventType[] = [
  'session.refreshed',
  'session.reauthorization-required',
  'connection.failing',
  'connection.recovered',
]

export interface BrokerStackProps extends StackProps {
  /** Which addresses the functions may reach. */
  readonly upstreams: Upstreams
  /** The keys that session tokens are sealed under: the first seals, all open. */
  readonly sealingKeys: KeyGenerations
  /** The keys of client assertions: of each algorithm the first signs, all are published. */
  readonly assertionsKeys: readonly [SigningGeneration, ...SigningGeneration[]]
  /**
   * How many schedules share the due index, each with runs of its own: more renew more in a minute,
   * and with two, one half goes on while the other is stuck. @default 2
   */
  readonly refreshSchedules?: number
  /**
   * Sessions that a run of the refresher works at once: it mostly waits for EHRs. @default 50
   */
  readonly refreshConcurrency?: number
  /** An SNS topic of the account that the alarms tell. @default they only change their state */
  readonly alarmTopicArn?: string | undefined
  /** More in an hour than are expected, for an alarm. @default 100,000 */
  readonly requestsAnHour?: number
}

/** The broker: what it keeps, then the doors, in the order that a launch meets them. */
export class BrokerStack extends Stack {
  constructor(scope: Construct, id: string, props: BrokerStackProps) {
    super(scope, id, props)

    const storageKey = new StorageKey(this, 'StorageKey')
    const sealingKeys = new SealingKeys(this, props.sealingKeys)
    const assertionsKeys = new AssertionsKeys(this, props.assertionsKeys)
    const messagesKeys = new MessagesKeys(this)
    const tokensKey = new SigningKey(this, 'TokensKey', {
      signs: 'access tokens for apps',
      algorithm: 'ES256',
    })

    const audit = new AuditLog(this, 'AuditLog')
    const launches = new LaunchesTable(this, 'LaunchesTable', { storageKey })
    const sessions = new SessionsTable(this, 'SessionsTable', { storageKey })
    const registry = new RegistryTable(this, 'RegistryTable', { storageKey })
    const clientSecrets = new SecretsPrefix(this, 'ClientSecrets', {
      name: 'client-secrets',
      storageKey,
    })
    const ssoSecrets = new SecretsPrefix(this, 'SsoSecrets', { name: 'sso-secrets', storageKey })

    const webhookSecrets = new SecretsPrefix(this, 'WebhookSecrets', {
      name: 'webhook-secrets',
      storageKey,
    })
    const linkSecrets = new SecretsPrefix(this, 'LinkSecrets', {
      name: 'link-secrets',
      storageKey,
    })
    const events = new BrokerEventBus(this, 'Events', { storageKey })

    const api = new BrokerApi(this, 'Api', { storageKey })
    const everywhere = {
      PUBLIC_BASE_URL: api.publicBaseUrl,
      UPSTREAMS: props.upstreams,
      LAUNCHES_TABLE_NAME: launches.tableName,
      REGISTRY_TABLE_NAME: registry.tableName,
    }

    const launch = new BrokerFunction<typeof LAUNCH_ENVIRONMENT>(this, 'Launch', {
      name: 'launch',
      environment: {
        ...everywhere,
        SESSIONS_TABLE_NAME: sessions.tableName,
        EVENT_BUS_NAME: events.busName,
        ASSERTIONS_KEYS: assertionsKeys.signing,
        CLIENT_SECRETS_PREFIX: clientSecrets.prefix,
        LINK_SECRETS_PREFIX: linkSecrets.prefix,
      },
      timeout: Duration.seconds(20),
      memorySize: 512,
      storageKey,
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

    const redirect = new BrokerFunction<typeof REDIRECT_ENVIRONMENT>(this, 'Redirect', {
      name: 'redirect',
      environment: {
        ...everywhere,
        SESSIONS_TABLE_NAME: sessions.tableName,
        SEALING_KEY_ARNS: sealingKeys.keyArns,
        ASSERTIONS_KEYS: assertionsKeys.signing,
        CLIENT_SECRETS_PREFIX: clientSecrets.prefix,
        EVENT_BUS_NAME: events.busName,
      },
      timeout: Duration.seconds(28),
      memorySize: 1024,
      storageKey,
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

    const samlKeys = new SamlKeys(this)
    const saml = new BrokerFunction<typeof SAML_ENVIRONMENT>(this, 'Saml', {
      name: 'saml',
      environment: {
        ...everywhere,
        SESSIONS_TABLE_NAME: sessions.tableName,
        ASSERTIONS_KEYS: assertionsKeys.signing,
        CLIENT_SECRETS_PREFIX: clientSecrets.prefix,
        SAML_SIGNING_KEY_ARN: samlKeys.signingKeyArn,
        SAML_ENCRYPTION_KEY_ARN: samlKeys.encryptionKeyArn,
        EVENT_BUS_NAME: events.busName,
      },
      timeout: Duration.seconds(20),
      memorySize: 512,
      storageKey,
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

    const sso = new BrokerFunction<typeof SSO_ENVIRONMENT>(this, 'Sso', {
      name: 'sso',
      environment: {
        ...everywhere,
        SESSIONS_TABLE_NAME: sessions.tableName,
        EVENT_BUS_NAME: events.busName,
        SSO_SECRETS_PREFIX: ssoSecrets.prefix,
        MESSAGES_KEYS: messagesKeys.published,
      },
      timeout: Duration.seconds(28),
      memorySize: 512,
      storageKey,
    })
    launches.grantTakeTicket(sso)
    registry.grantRead(sso)
    ssoSecrets.grantRead(sso)
    messagesKeys.grantSign(sso)
    sessions.grantEndSession(sso)
    events.grantPut(sso, ['session.ended'])

    const token = new BrokerFunction<typeof TOKEN_ENVIRONMENT>(this, 'Token', {
      name: 'token',
      environment: {
        ...everywhere,
        SESSIONS_TABLE_NAME: sessions.tableName,
        ASSERTIONS_KEYS: assertionsKeys.published,
        MESSAGES_KEYS: messagesKeys.published,
        TOKENS_KEY_ARN: tokensKey.keyArn,
      },
      timeout: Duration.seconds(15),
      memorySize: 512,
      storageKey,
    })
    registry.grantRead(token)
    launches.grantMarkSeen(token)
    sessions.grantReadSessionEnd(token)
    tokensKey.grantSign(token)
    assertionsKeys.grantReadPublicKeys(token)
    messagesKeys.grantReadPublicKeys(token)

    const renewing = {
      ...everywhere,
      SESSIONS_TABLE_NAME: sessions.tableName,
      SEALING_KEY_ARNS: sealingKeys.keyArns,
      ASSERTIONS_KEYS: assertionsKeys.signing,
      CLIENT_SECRETS_PREFIX: clientSecrets.prefix,
      EVENT_BUS_NAME: events.busName,
    }
    const letRenew = (grantee: IGrantable & Construct) => {
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
    const appDoor = {
      ...renewing,
      TOKENS_KEY_ARN: tokensKey.keyArn,
      AUDIT_LOG_GROUP_NAME: audit.logGroupName,
    }

    const fhir = new BrokerFunction<typeof APP_DOOR_ENVIRONMENT>(this, 'Fhir', {
      name: 'fhir',
      environment: appDoor,
      timeout: Duration.minutes(10),
      memorySize: 1024,
      storageKey,
    })
    const dataModel = new BrokerFunction<typeof APP_DOOR_ENVIRONMENT>(this, 'DataModel', {
      name: 'data-model',
      environment: appDoor,
      timeout: Duration.minutes(1),
      memorySize: 1024,
      storageKey,
    })
    for (const door of [fhir, dataModel]) {
      letRenew(door)
      tokensKey.grantReadPublicKey(door)
      audit.grantRecord(door)
      // The row of a connection's own tokens is made by whoever needs them first.
      sessions.grantCreateSession(door)
    }

    const schedules = props.refreshSchedules ?? 2
    const refresher = new BrokerFunction<typeof RENEWAL_ENVIRONMENT>(this, 'Refresher', {
      name: 'refresher',
      environment: renewing,
      // It begins nothing after 55 seconds, and one renewal may take another 20.
      timeout: Duration.seconds(90),
      memorySize: 1024,
      // A run may still be ending when the next minute's begins.
      reservedConcurrency: 2 * schedules,
      storageKey,
    })
    letRenew(refresher)
    sessions.grantFindDue(refresher)
    sessions.grantRemoveSession(refresher)
    events.grantPut(refresher, ['session.ended'])
    const refreshSchedule = new RefreshSchedule(this, 'RefreshSchedule', {
      refresher,
      schedules,
      concurrency: props.refreshConcurrency ?? 50,
      storageKey,
    })

    const session = new BrokerFunction<typeof SESSION_ENVIRONMENT>(this, 'Session', {
      name: 'session',
      environment: {
        PUBLIC_BASE_URL: api.publicBaseUrl,
        REGISTRY_TABLE_NAME: registry.tableName,
        SESSIONS_TABLE_NAME: sessions.tableName,
        TOKENS_KEY_ARN: tokensKey.keyArn,
        EVENT_BUS_NAME: events.busName,
      },
      timeout: Duration.seconds(15),
      memorySize: 512,
      storageKey,
    })
    tokensKey.grantReadPublicKey(session)
    registry.grantRead(session)
    sessions.grantViewSession(session)
    sessions.grantEndSession(session)
    events.grantPut(session, ['session.ended'])

    const logout = new BrokerFunction<typeof LOGOUT_ENVIRONMENT>(this, 'Logout', {
      name: 'logout',
      environment: {
        UPSTREAMS: props.upstreams,
        LAUNCHES_TABLE_NAME: launches.tableName,
        REGISTRY_TABLE_NAME: registry.tableName,
        SESSIONS_TABLE_NAME: sessions.tableName,
        EVENT_BUS_NAME: events.busName,
      },
      timeout: Duration.seconds(28),
      memorySize: 512,
      storageKey,
    })
    registry.grantRead(logout)
    launches.grantMarkSeen(logout)
    sessions.grantFindBySignOn(logout)
    sessions.grantEndSession(logout)
    events.grantPut(logout, ['session.ended'])

    const delivery = new WebhookDelivery(this, 'WebhookDelivery', { bus: events, storageKey })
    const webhooks = new BrokerFunction<typeof WEBHOOKS_ENVIRONMENT>(this, 'Webhooks', {
      name: 'webhooks',
      environment: {
        UPSTREAMS: props.upstreams,
        REGISTRY_TABLE_NAME: registry.tableName,
        WEBHOOK_SECRETS_PREFIX: webhookSecrets.prefix,
        WEBHOOKS_QUEUE_URL: delivery.queueUrl,
      },
      timeout: Duration.seconds(25),
      memorySize: 512,
      storageKey,
    })
    registry.grantRead(webhooks)
    webhookSecrets.grantRead(webhooks)
    delivery.deliverBy(webhooks)

    const doors = {
      launch: launch.lambda,
      redirect: redirect.lambda,
      sso: sso.lambda,
      token: token.lambda,
      fhir: fhir.lambda,
      'data-model': dataModel.lambda,
      session: session.lambda,
      logout: logout.lambda,
      saml: saml.lambda,
    }
    api.serve(doors)

    const functions = { ...doors, refresher: refresher.lambda, webhooks: webhooks.lambda }
    new Monitoring(this, 'Monitoring', {
      watched: {
        functions: Object.fromEntries(
          Object.entries(functions).map(([name, { functionName }]) => [name, functionName]),
        ),
        tables: [launches, sessions, registry].map(({ tableName }) => tableName),
        api: api.metricName,
        queues: {
          webhookDeadLetters: delivery.deadLettersName,
          refreshUndelivered: refreshSchedule.undelivered,
          refreshFailed: refreshSchedule.failed,
        },
        requestsAnHour: props.requestsAnHour ?? 100_000,
      },
      alarmTopicArn: props.alarmTopicArn,
    })

    this.#output({
      apiBase: api.publicBaseUrl,
      launchUrl: `${api.publicBaseUrl}/launch/{key}`,
      redirectUri: `${api.publicBaseUrl}/redirect`,
      jwksUrl: `${api.publicBaseUrl}/.well-known/jwks.json`,
      eventBusName: events.busName,
      assertionsKeys: assertionsKeys.signing,
      upstreams: props.upstreams,
      registryTableName: registry.tableName,
      sessionsTableName: sessions.tableName,
      launchesTableName: launches.tableName,
      clientSecretsPrefix: clientSecrets.prefix,
      ssoSecretsPrefix: ssoSecrets.prefix,
      webhookDeadLettersUrl: delivery.deadLettersUrl,
      webhookSecretsPrefix: webhookSecrets.prefix,
      linkSecretsPrefix: linkSecrets.prefix,
      storageKeyArn: storageKey.key.keyArn,
      sealingKeyArns: sealingKeys.keyArns,
      logGroupNames: Fn.join(',', this.#logGroupNames()),
    })
  }

  /** Of what a launch leaves lines in. The audit log, which says who read whom, is not searched. */
  #logGroupNames(): string[] {
    const groups = this.node
      .findAll()
      .filter((construct) => construct instanceof LogGroup)
      .filter(({ node }) => !(node.scope instanceof AuditLog))
    return groups.map(({ logGroupName }) => logGroupName)
  }

  #output(values: Readonly<Record<keyof typeof OUTPUTS, string>>): void {
    for (const [name, value] of Object.entries(values)) {
      new CfnOutput(this, OUTPUTS[name as keyof typeof OUTPUTS], { value })
    }
  }
}
