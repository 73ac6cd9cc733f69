import { Duration, Stack, Validations } from 'aws-cdk-lib'
import {
  AccessLogFormat,
  EndpointType,
  type IResource,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  ResponseTransferMode,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { Deployment } from '../deployments/deployment.ts'
import { ACCESS_LOG_FIELDS } from './access-log-fields.ts'
import { CustomDomain } from './custom-domain.ts'
import { addGatewayResponses } from './gateway-responses.ts'
import { methodThrottles } from './method-throttles.ts'
import { type Door, ROUTES, type Route } from './routes.ts'
import type { StorageKey } from './storage-key.ts'
import { WebAcl } from './web-acl.ts'

/** A literal: a reference to the stage from a function's environment would close a circle. */
const STAGE = 'live'

/** The longest that API Gateway waits for an answer that it buffers. */
const BUFFERED_TIMEOUT = Duration.seconds(29)

/** Execution logs hold query strings and bodies: authorization codes, tokens, patients. */
const OBSERVED = {
  loggingLevel: MethodLoggingLevel.OFF,
  dataTraceEnabled: false,
  metricsEnabled: true,
} as const

export interface BrokerApiProps {
  readonly name: string
  /** Encrypts what is logged. */
  readonly storageKey: StorageKey
  readonly logRetention: RetentionDays
  readonly throttles: Deployment['throttles']
  /** @default the host name of API Gateway */
  readonly domain: Deployment['domain']
  /** @default no web ACL */
  readonly waf: Deployment['waf']
}

/** What is invoked, and may be an alias. */
interface Behind {
  readonly invoked: IFunction
}

/** The public surface: a regional REST API, whose routes are {@link ROUTES}. */
export class BrokerApi extends Construct {
  /** Where the outside reaches the broker; no final slash. Known before any route is there. */
  readonly publicBaseUrl: string
  /** As its metrics name it. */
  readonly metricName: { readonly name: string; readonly stage: string }
  /** Of its access log. */
  readonly logGroupName: string
  /** What the DNS record of the domain leads to. */
  readonly domainTarget: string | undefined
  readonly #api: RestApi

  constructor(scope: Construct, id: string, props: BrokerApiProps) {
    super(scope, id)

    const { name, storageKey, logRetention, throttles, domain, waf } = props

    const accessLog = new LogGroup(this, 'AccessLog', {
      retention: logRetention,
      encryptionKey: storageKey.key,
    })
    this.logGroupName = accessLog.logGroupName
    this.#api = new RestApi(this, 'Resource', {
      restApiName: name,
      // One address: cookies, tokens and redirect URIs are of the domain's alone.
      ...(domain && { disableExecuteApiEndpoint: true }),
      endpointTypes: [EndpointType.REGIONAL],
      binaryMediaTypes: ['*/*'],
      // API Gateway writes no access log before the account has a role for it, in each region.
      cloudWatchRole: true,
      deployOptions: {
        stageName: STAGE,
        accessLogDestination: new LogGroupLogDestination(accessLog),
        accessLogFormat: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG_FIELDS)),
        ...OBSERVED,
        throttlingRateLimit: throttles.stage.rate,
        throttlingBurstLimit: throttles.stage.burst,
        methodOptions: methodThrottles(throttles.methods, OBSERVED),
      },
    })
    // A second base address beside PUBLIC_BASE_URL, which nothing should come to use.
    this.#api.node.tryRemoveChild('Endpoint')
    addGatewayResponses(this.#api)
    acknowledgeFindings(this.#api)
    this.metricName = { name, stage: STAGE }
    this.publicBaseUrl = domain ? `https://${domain.name}` : executeApiUrl(this.#api)
    this.domainTarget =
      domain &&
      new CustomDomain(this, 'Domain', { domain, stage: this.#api.deploymentStage }).target
    if (waf) {
      new WebAcl(this, 'WebAcl', {
        waf,
        name,
        storageKey,
        logRetention,
        stage: this.#api.deploymentStage,
      })
    } else {
      acknowledgeNoWebAcl(this.#api)
    }
  }

  /** Connects each route with the function behind its door. */
  serve(doors: Readonly<Record<Door, Behind>>): void {
    for (const route of ROUTES) {
      const resource = this.#api.root.resourceForPath(route.path)
      for (const method of route.methods) {
        this.#connect(resource, method, route, doors[route.door].invoked)
      }
    }
  }

  #connect(resource: IResource, method: string, route: Route, door: IFunction): void {
    const integration = new LambdaIntegration(door, {
      allowTestInvoke: false,
      ...(route.streamedFor === undefined
        ? { timeout: BUFFERED_TIMEOUT }
        : { timeout: route.streamedFor, responseTransferMode: ResponseTransferMode.STREAM }),
    })
    const added = resource.addMethod(method, integration)
    for (const rule of ['AwsSolutions-APIG4', 'AwsSolutions-COG4']) {
      Validations.of(added).acknowledge({ id: rule, reason: route.admits })
    }
  }
}

function executeApiUrl(api: RestApi): string {
  const { region, urlSuffix } = Stack.of(api)
  return `https://${api.restApiId}.execute-api.${region}.${urlSuffix}/${STAGE}`
}

function acknowledgeFindings(api: RestApi): void {
  Validations.of(api).acknowledge({
    id: 'AwsSolutions-APIG2',
    reason:
      'The functions validate: API Gateway’s models are for JSON bodies, and these are forms, FHIR ' +
      'searches and FHIR resources, refused each in the words of its own protocol.',
  })
  Validations.of(api.deploymentStage).acknowledge({
    id: 'AwsSolutions-APIG6',
    reason:
      'Execution logs would hold what must never be in a log: authorization codes, SessionIDs, ' +
      'searches for patients. The access log and the functions’ own events are the record.',
  })
  Validations.of(api.node.findChild('CloudWatchRole')).acknowledge({
    id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
    reason:
      'It is the account’s role for all of its APIs’ logs in a region, ours being one of many: API ' +
      'Gateway accepts it only with what this policy grants.',
  })
}

function acknowledgeNoWebAcl(api: RestApi): void {
  Validations.of(api.deploymentStage).acknowledge({
    id: 'AwsSolutions-APIG3',
    reason:
      'A web ACL has a price and rules that belong to the account that deploys, which chooses one ' +
      'for this stage by the setting `waf`. Without it, each route is throttled.',
  })
}
