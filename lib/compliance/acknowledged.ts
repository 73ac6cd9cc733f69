import { type CfnResource, Stack } from 'aws-cdk-lib'
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch'
import { CfnFunction } from 'aws-cdk-lib/aws-lambda'
import { CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2'

/** A rule of cdk-nag that the stack does not keep, on all resources of a type, and why that is right. */
export interface Acknowledged {
  /** The rule's name, without its pack's. */
  readonly rule: string
  readonly packs: readonly Pack[]
  /** The resources' CloudFormation type. */
  readonly type: string
  /** Those of them that it is about, by their construct's path below the stack. @default all */
  readonly only?: RegExp
  /** Those that an option of the deployment has not brought to keep the rule. @default all */
  readonly where?: (resource: CfnResource) => boolean
  readonly reason: string
}

type Pack = 'HIPAA.Security' | 'NIST.800.53.R5' | 'Serverless'

const FEDERAL = ['HIPAA.Security', 'NIST.800.53.R5'] as const
const ALL = [...FEDERAL, 'Serverless'] as const

const FUNCTION = 'AWS::Lambda::Function'
const TABLE = 'AWS::DynamoDB::Table'
const STAGE = 'AWS::ApiGateway::Stage'

/**
 * What holds for every resource of a kind. What is particular to one is acknowledged where that is
 * made.
 */
export const ACKNOWLEDGED: readonly Acknowledged[] = [
  {
    rule: 'LambdaDLQ',
    packs: ALL,
    type: FUNCTION,
    reason:
      'A dead-letter configuration is for events that Lambda queues itself. API Gateway waits for its ' +
      'answer, and the two functions that are not called so have their dead letters where their events ' +
      'come from: the schedule’s queue and the webhooks’ queue.',
  },
  {
    rule: 'LambdaConcurrency',
    packs: FEDERAL,
    type: FUNCTION,
    where: (resource) =>
      resource instanceof CfnFunction && resource.reservedConcurrentExecutions === undefined,
    reason:
      'Concurrency is the account’s to divide. Routes are throttled at the API, which bounds the ' +
      'functions behind it; the refresher, which nobody throttles, has a limit of its own.',
  },
  {
    rule: 'LambdaInsideVPC',
    packs: FEDERAL,
    type: FUNCTION,
    where: (resource) => resource instanceof CfnFunction && resource.vpcConfig === undefined,
    reason:
      'The functions reach EHRs on the internet and AWS by its own endpoints; a VPC, which the setting ' +
      '`vpc` adds, means NAT gateways and no boundary towards EHRs. What leaves is held to public addresses of registered hosts by the ' +
      'one way out, and each role to the items, keys and secrets that it uses.',
  },
  {
    rule: 'LambdaTracing',
    packs: ['Serverless'],
    type: FUNCTION,
    reason:
      'A launch is followed from step to step by its id in the functions’ own events, which name no ' +
      'person; traces would be a second record of who met whom, sampled, under another retention.',
  },
  {
    rule: 'IAMNoInlinePolicy',
    packs: FEDERAL,
    type: 'AWS::IAM::Policy',
    reason:
      'Each role is one function’s, and its policy is nobody else’s: it is made, judged and removed ' +
      'with the role. A managed policy could be attached elsewhere.',
  },
  {
    rule: 'DynamoDBInBackupPlan',
    packs: FEDERAL,
    type: TABLE,
    reason:
      'Sessions and registry can be restored to any second of the last 35 days; sessions live for hours ' +
      'and launches for minutes. A backup plan with copies is the account’s.',
  },
  {
    rule: 'DynamoDBPITREnabled',
    packs: FEDERAL,
    type: TABLE,
    only: /^LaunchesTable\d*\//,
    reason:
      'What is in it lives for minutes, and opens with what only a browser holds. A restored launch is ' +
      'over, and a restored ticket could be taken twice.',
  },
  {
    rule: 'APIGWCacheEnabledAndEncrypted',
    packs: FEDERAL,
    type: STAGE,
    reason: 'No answer may be given twice: each is one person’s, about one patient.',
  },
  {
    rule: 'APIGWExecutionLoggingEnabled',
    packs: FEDERAL,
    type: STAGE,
    reason:
      'Execution logs would hold what must never be in a log: authorization codes, SessionIDs, ' +
      'searches for patients. The access log and the functions’ own events are the record.',
  },
  {
    rule: 'APIGWSSLEnabled',
    packs: FEDERAL,
    type: STAGE,
    reason:
      'A client certificate proves API Gateway to an HTTP backend. Behind this API are Lambda ' +
      'functions, which only it may invoke.',
  },
  {
    rule: 'APIGWXrayEnabled',
    packs: ['HIPAA.Security', 'Serverless'],
    type: STAGE,
    reason:
      'A trace of API Gateway holds the request’s URL. Those of this API hold states, codes and searches.',
  },
  {
    rule: 'APIGWAssociatedWithWAF',
    packs: ['NIST.800.53.R5'],
    type: STAGE,
    where: (resource) =>
      !Stack.of(resource)
        .node.findAll()
        .some((other) => other instanceof CfnWebACLAssociation),
    reason:
      'A web ACL has a price and rules that belong to the account that deploys, which chooses one ' +
      'for this stage by the setting `waf`. Without it, each route is throttled.',
  },
  {
    rule: 'CloudWatchAlarmAction',
    packs: FEDERAL,
    type: 'AWS::CloudWatch::Alarm',
    where: (resource) => resource instanceof CfnAlarm && resource.alarmActions === undefined,
    reason:
      'Whom an alarm wakes is the account’s to say, by the setting `alarms.topicArn`. Without it the alarm ' +
      'changes its state, which EventBridge tells on the account’s bus.',
  },
  {
    rule: 'SQSRedrivePolicy',
    packs: ['Serverless'],
    type: 'AWS::SQS::Queue',
    only: /^(RefreshSchedule\/(Undelivered|Failed)|WebhookDelivery\/DeadLetters)\//,
    reason: 'It is where failures end, for a person to look at; nothing takes from it by itself.',
  },
  {
    rule: 'LambdaEventSourceMappingDestination',
    packs: ['Serverless'],
    type: 'AWS::Lambda::EventSourceMapping',
    reason:
      'It reads a queue, and SQS moves a message that fails too often to the queue’s own dead letters; ' +
      'destinations are for streams.',
  },
  {
    rule: 'EventBusDLQ',
    packs: ['Serverless'],
    type: 'AWS::Events::Rule',
    reason:
      'The rule’s target is a queue of this stack, which EventBridge tries for a day; what the app then ' +
      'does not take has that queue’s dead letters.',
  },
  {
    rule: 'VPCDefaultSecurityGroupClosed',
    packs: FEDERAL,
    type: 'AWS::EC2::VPC',
    reason:
      'Nothing is in the default group: functions and endpoints have groups of their own, and CloudFormation ' +
      'cannot empty the default one without another function that may.',
  },
  {
    rule: 'VPCNoUnrestrictedRouteToIGW',
    packs: FEDERAL,
    type: 'AWS::EC2::Route',
    only: /^Network\/Vpc\/EgressSubnet\d\//,
    reason:
      'It is the route of the NAT gateways, which are all that their subnets hold: EHRs are on the ' +
      'internet. The functions’ subnets have none, and are reached from nowhere.',
  },
]
