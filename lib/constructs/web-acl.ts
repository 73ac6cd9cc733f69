import { Aws, Stack } from 'aws-cdk-lib'
import type { Stage } from 'aws-cdk-lib/aws-apigateway'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2'
import { Construct } from 'constructs'
import type { Deployment } from '../deployments/deployment.ts'
import { MANAGED_RULES } from './managed-rules.ts'
import type { StorageKey } from './storage-key.ts'

export interface WebAclProps {
  readonly waf: NonNullable<Deployment['waf']>
  /** Begins the names of its metrics. */
  readonly name: string
  readonly stage: Stage
  /** Encrypts its log. */
  readonly storageKey: StorageKey
  readonly logRetention: RetentionDays
}

/** The doors that persons come by; the stage is before them where there is no domain. */
const OF_PERSONS = '^(/live)?/(launch|redirect|sso|saml|logout)(/|$)'

/** A hospital of thousands may have one address. */
const LAUNCHES_FROM_AN_ADDRESS = 5_000
const REQUESTS_FROM_AN_ADDRESS = 300_000

/** Headers that open something, or have an address with a code in it. */
const SECRET_HEADERS = ['authorization', 'cookie', 'referer', 'x-sallyport-session']

/**
 * Of a request's query, body and secret headers WAF writes nothing down, and not which part of them a
 * rule has matched: codes, SessionIDs and patients would be in it.
 */
const HIDDEN: CfnWebACL.DataProtectProperty[] = [
  { fieldType: 'QUERY_STRING' },
  { fieldType: 'BODY' },
  { fieldType: 'SINGLE_HEADER', fieldKeys: SECRET_HEADERS },
].map((field) => ({ field, action: 'SUBSTITUTION', excludeRuleMatchDetails: false }))

/** WAF before the stage: a web ACL of the account's own, or one with AWS's rules and limits by address. */
export class WebAcl extends Construct {
  constructor(scope: Construct, id: string, props: WebAclProps) {
    super(scope, id)

    const { waf, stage } = props
    new CfnWebACLAssociation(this, 'Association', {
      resourceArn: Stack.of(this).formatArn({
        service: 'apigateway',
        account: '',
        resource: '/restapis',
        resourceName: `${stage.restApi.restApiId}/stages/${stage.stageName}`,
      }),
      webAclArn: waf.webAclArn ?? this.#ourOwn(props),
    })
  }

  #ourOwn(props: WebAclProps): string {
    const { waf, name } = props
    const blocks = waf.mode !== 'count'
    const rules = [
      rateRule('LaunchesFromAnAddress', waf.launchesFromAnAddress ?? LAUNCHES_FROM_AN_ADDRESS, {
        regexMatchStatement: {
          regexString: OF_PERSONS,
          fieldToMatch: { uriPath: {} },
          textTransformations: [{ priority: 0, type: 'NONE' }],
        },
      }),
      rateRule('RequestsFromAnAddress', waf.requestsFromAnAddress ?? REQUESTS_FROM_AN_ADDRESS),
    ].map((rule) => ({ ...rule, action: blocks ? { block: {} } : { count: {} } }))
    const groups = MANAGED_RULES.map(({ group, counted }) => ({
      name: group,
      overrideAction: blocks ? { none: {} } : { count: {} },
      statement: {
        managedRuleGroupStatement: {
          vendorName: 'AWS',
          name: group,
          ruleActionOverrides: Object.keys(counted).map((rule) => ({
            name: rule,
            actionToUse: { count: {} },
          })),
        },
      },
    }))
    const acl = new CfnWebACL(this, 'Resource', {
      scope: 'REGIONAL',
      description: 'Sallyport: before the API',
      defaultAction: { allow: {} },
      rules: [...rules, ...groups].map((rule, priority) => ({
        ...rule,
        priority,
        visibilityConfig: seenAs(`${name}-${rule.name}`),
      })),
      visibilityConfig: seenAs(name),
      dataProtectionConfig: { dataProtections: HIDDEN },
    })
    this.#log(acl, props)
    return acl.attrArn
  }

  /** Of what was refused, or would be; without a path, which may have a patient's id in it. */
  #log(acl: CfnWebACL, { waf, name, storageKey, logRetention }: WebAclProps): void {
    // WAF writes to no group that is named otherwise.
    const logGroupName = `aws-waf-logs-${name}-${Aws.REGION}`
    storageKey.letLogsEncrypt(logGroupName)
    const group = new LogGroup(this, 'Log', {
      logGroupName,
      retention: logRetention,
      encryptionKey: storageKey.key,
    })
    new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: acl.attrArn,
      logDestinationConfigs: [
        Stack.of(this).formatArn({
          service: 'logs',
          resource: `log-group:${logGroupName}`,
        }),
      ],
      redactedFields: [
        { uriPath: {} },
        { queryString: {} },
        ...SECRET_HEADERS.map((header) => ({
          singleHeader: { Name: header },
        })),
      ],
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          {
            Behavior: 'KEEP',
            Requirement: 'MEETS_ANY',
            // What only counts is most requests.
            Conditions: (waf.mode === 'count' ? ['BLOCK', 'COUNT'] : ['BLOCK']).map((Action) => ({
              ActionCondition: { Action },
            })),
          },
        ],
      },
    }).node.addDependency(group)
  }
}

/** A limit for each address, over five minutes. */
function rateRule(name: string, limit: number, scopeDownStatement?: CfnWebACL.StatementProperty) {
  return {
    name,
    statement: {
      rateBasedStatement: {
        limit,
        aggregateKeyType: 'IP',
        evaluationWindowSec: 300,
        ...(scopeDownStatement && { scopeDownStatement }),
      },
    },
  }
}

/** Samples would hold whole requests, with their codes and searches. */
function seenAs(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false }
}
