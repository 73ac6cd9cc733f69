import { readFileSync } from 'node:fs'
import { CfnOutput, Fn, Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { OUTPUTS } from '#contract/outputs.ts'
import type { Upstreams } from '#contract/upstreams.ts'
import { BrokerApi } from './constructs/broker-api.ts'
import type { StackKeys } from './constructs/key-generations.ts'
import { PrivateNetwork } from './constructs/private-network.ts'
import { protectData } from './constructs/protect-data.ts'
import type { TableGenerations } from './constructs/table-generations.ts'
import type { Deployment } from './deployments/deployment.ts'
import { layFoundation } from './foundation.ts'
import {
  appDoors,
  logoutFunction,
  sessionFunction,
  tokenFunction,
} from './functions/app-functions.ts'
import { refreshing, webhookDelivery } from './functions/background-functions.ts'
import { launchFunctions } from './functions/launch-functions.ts'
import { Monitoring } from './monitoring/monitoring.ts'

export interface BrokerStackProps {
  readonly deployment: Deployment
  /** Which addresses the functions may reach. */
  readonly upstreams: Upstreams
  readonly keys: StackKeys
  readonly tables: TableGenerations
  /** An SNS topic of the account that the alarms tell. @default they only change their state */
  readonly alarmTopicArn?: string | undefined
}

/** The broker: what it keeps, then the doors, in the order that a launch meets them. */
export class BrokerStack extends Stack {
  constructor(scope: Construct, id: string, props: BrokerStackProps) {
    const { deployment, upstreams } = props
    super(scope, id, stackProps(deployment))

    const { retention, concurrency } = deployment
    const prefix = deployment.names.prefix ?? deployment.names.stack
    const foundation = layFoundation(this, {
      prefix,
      keyAdministrators: deployment.keys.administrators,
      keyUsers: deployment.keys.users,
      keys: props.keys,
      tables: props.tables,
      auditRetention: retention.auditDays,
    })
    const { storageKey } = foundation
    const api = new BrokerApi(this, 'Api', {
      name: prefix,
      storageKey,
      logRetention: retention.accessLogDays,
      throttles: deployment.throttles,
      domain: deployment.domain,
      waf: deployment.waf,
    })
    const network =
      deployment.vpc &&
      new PrivateNetwork(this, 'Network', {
        vpc: deployment.vpc,
        storageKey,
        logRetention: retention.accessLogDays,
      })
    const surroundings = {
      foundation,
      upstreams,
      publicBaseUrl: api.publicBaseUrl,
      settings: { storageKey, logRetention: retention.logDays, network, ...concurrency },
    }

    const launching = launchFunctions(this, surroundings)
    const token = tokenFunction(this, surroundings)
    const reaching = appDoors(this, surroundings)
    const { refresher, schedule } = refreshing(this, surroundings, deployment.refresh)
    const session = sessionFunction(this, surroundings)
    const logout = logoutFunction(this, surroundings)
    const { webhooks, delivery } = webhookDelivery(this, surroundings)

    api.serve({ ...launching, token, ...reaching, session, logout })

    const functions = { ...launching, token, ...reaching, refresher, session, logout, webhooks }
    const { launches, sessions, registry } = foundation
    new Monitoring(this, 'Monitoring', {
      prefix,
      watched: {
        functions: Object.fromEntries(
          Object.entries(functions).map(([name, { lambda }]) => [name, lambda.functionName]),
        ),
        tables: [launches, sessions, registry].map(({ tableName }) => tableName),
        api: api.metricName,
        queues: {
          webhookDeadLetters: delivery.deadLettersName,
          refreshUndelivered: schedule.undelivered,
          refreshFailed: schedule.failed,
        },
        requestsAnHour: deployment.alarms.requestsAnHour,
      },
      alarmTopicArn: props.alarmTopicArn,
    })

    this.#output({
      apiBase: api.publicBaseUrl,
      launchUrl: `${api.publicBaseUrl}/launch/{key}`,
      redirectUri: `${api.publicBaseUrl}/redirect`,
      jwksUrl: `${api.publicBaseUrl}/.well-known/jwks.json`,
      messagesJwksUrl: `${api.publicBaseUrl}/.well-known/messages-jwks.json`,
      eventBusName: foundation.events.busName,
      assertionsKeys: foundation.assertionsKeys.signing,
      upstreams,
      registryTableName: registry.tableName,
      sessionsTableName: sessions.tableName,
      launchesTableName: launches.tableName,
      clientSecretsPrefix: foundation.clientSecrets.prefix,
      ssoSecretsPrefix: foundation.ssoSecrets.prefix,
      webhookDeadLettersUrl: delivery.deadLettersUrl,
      webhookSecretsPrefix: foundation.webhookSecrets.prefix,
      linkSecretsPrefix: foundation.linkSecrets.prefix,
      storageKeyArn: storageKey.key.keyArn,
      sealingKeyArns: foundation.sealingKeys.keyArns,
      auditLogGroupName: foundation.audit.logGroupName,
      // Of what a launch leaves lines in. The audit log, which says who read whom, is not searched.
      logGroupNames: [api, ...Object.values(functions)]
        .map(({ logGroupName }) => logGroupName)
        .join(','),
      ...(api.domainTarget !== undefined && { domainTarget: api.domainTarget }),
      ...(network?.egressAddresses.length && {
        egressAddresses: network.egressAddresses.join(','),
      }),
    })
    protectData(this, deployment.data)
  }

  /** By their place in the region's list: to ask for their names would take credentials. */
  override get availabilityZones(): string[] {
    return [0, 1, 2].map((index) => Fn.select(index, Fn.getAzs()))
  }

  #output(values: Readonly<Partial<Record<keyof typeof OUTPUTS, string>>>): void {
    for (const [name, value] of Object.entries(values)) {
      new CfnOutput(this, OUTPUTS[name as keyof typeof OUTPUTS], { value })
    }
  }
}

/** Shown with the stack: which release an account runs. */
const RELEASE: string = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
).version

function stackProps({ names, account, region, data, tags }: Deployment): StackProps {
  return {
    stackName: names.stack,
    description: `Sallyport ${RELEASE}`,
    ...(account !== undefined && region !== undefined && { env: { account, region } }),
    ...(data.deletionProtection && { terminationProtection: true }),
    tags,
  }
}
