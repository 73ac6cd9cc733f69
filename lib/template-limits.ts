interface TemplateResource {
  readonly Type: string
  // biome-ignore lint/suspicious/noExplicitAny: a template's properties are as deep as CloudFormation's.
  readonly Properties?: any
}

export interface TemplateBody {
  readonly Resources: Readonly<Record<string, TemplateResource>>
  readonly Outputs?: object
  readonly Parameters?: object
  readonly Mappings?: object
}

/** A limit of AWS, and how near to it a template is. */
export interface TemplateLimit {
  readonly what: string
  /** What there is, of the worst where there are several. */
  readonly is: number
  readonly most: number
  /** The part of `most` that we go to at most. */
  readonly share: number
}

/** So much of a limit may be used; the rest is for options, values longer than here, and time. */
const USED = 0.8

/** Names that are given, not made by CloudFormation, with the most characters that they may have. */
const NAMES: Readonly<Record<string, readonly [property: string, most: number]>> = {
  'AWS::Lambda::Function': ['FunctionName', 64],
  'AWS::IAM::Role': ['RoleName', 64],
  'AWS::Events::Rule': ['Name', 64],
  'AWS::Scheduler::ScheduleGroup': ['Name', 64],
  'AWS::Scheduler::Schedule': ['Name', 64],
  'AWS::SQS::Queue': ['QueueName', 80],
  'AWS::WAFv2::WebACL': ['Name', 128],
  'AWS::Events::EventBus': ['Name', 256],
  'AWS::CloudWatch::Alarm': ['AlarmName', 255],
  'AWS::CloudWatch::Dashboard': ['DashboardName', 255],
  'AWS::DynamoDB::Table': ['TableName', 255],
  'AWS::Logs::LogGroup': ['LogGroupName', 512],
}

/**
 * What AWS limits in a template and in what it makes, by the quotas that no request raises, or that
 * nobody should have to ask for.
 *
 * @see [CloudFormation quotas](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html)
 * @see [API Gateway quotas](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html)
 */
export function templateLimits(template: TemplateBody): readonly TemplateLimit[] {
  const resources = Object.entries(template.Resources)
  const of = (type: string) => resources.filter(([, { Type }]) => Type === type)
  const properties = (type: string) => of(type).map(([, { Properties = {} }]) => Properties)
  const limit = (what: string, is: number, most: number, share = USED) => ({
    what,
    is,
    most,
    share,
  })
  const most = (sizes: readonly number[]) => Math.max(0, ...sizes)

  return [
    limit('resources', resources.length, 500),
    limit('outputs', count(template.Outputs), 200),
    limit('parameters', count(template.Parameters), 200),
    limit('mappings', count(template.Mappings), 200),
    limit('bytes of the template, from S3', JSON.stringify(template).length, 1_000_000),
    limit('characters of a logical id', most(resources.map(([id]) => id.length)), 255),
    limit('characters of a role’s inline policies', most(inlinePolicies(template)), 10_240),
    limit(
      'managed policies of a role',
      most(
        properties('AWS::IAM::Role').map(({ ManagedPolicyArns = [] }) => ManagedPolicyArns.length),
      ),
      10,
    ),
    limit(
      'bytes of a key’s policy',
      most(properties('AWS::KMS::Key').map(({ KeyPolicy }) => sizeOf(KeyPolicy))),
      32_768,
    ),
    limit(
      'bytes of a function’s variables',
      most(
        properties('AWS::Lambda::Function').map(({ Environment }) =>
          sizeOf(Environment?.Variables),
        ),
      ),
      4_096,
    ),
    limit(
      'bytes of a function’s policy',
      most(functionPolicies(properties('AWS::Lambda::Permission'))),
      20_480,
    ),
    limit('resources of the API', of('AWS::ApiGateway::Resource').length, 300),
    limit(
      'indexes of a table',
      most(
        properties('AWS::DynamoDB::Table').map(
          ({ GlobalSecondaryIndexes = [] }) => GlobalSecondaryIndexes.length,
        ),
      ),
      20,
    ),
    // As many functions as a metric of theirs is summed of; a further one wants another alarm.
    limit(
      'metrics of an alarm',
      most(properties('AWS::CloudWatch::Alarm').map(({ Metrics = [] }) => Metrics.length)),
      11,
      1,
    ),
    limit(
      'rules of a web ACL',
      most(properties('AWS::WAFv2::WebACL').map(({ Rules = [] }) => Rules.length)),
      100,
    ),
    ...Object.entries(NAMES).map(([type, [property, longest]]) =>
      limit(
        `characters of ${property} of ${type}`,
        most(properties(type).map((one) => sizeOf(one[property]))),
        longest,
      ),
    ),
  ]
}

function count(section: object | undefined): number {
  return Object.keys(section ?? {}).length
}

/**
 * The length of a value where AWS gets it: an intrinsic counts as the ARN or name that it becomes, by
 * a length that those of ours do not exceed.
 */
function sizeOf(value: unknown): number {
  if (value === undefined) return 0
  if (typeof value === 'string') return value.length
  return JSON.stringify(value, (_key, inner) => resolved(inner)).length
}

/** As long as an ARN of a function or table with the longest of stack names. */
const AN_ARN = 'x'.repeat(150)

function resolved(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if ('Fn::Join' in value) {
    const [separator, parts] = value['Fn::Join'] as [string, unknown[]]
    return parts.map((part) => (typeof part === 'string' ? part : textOf(part))).join(separator)
  }
  return 'Ref' in value || 'Fn::GetAtt' in value || 'Fn::Sub' in value ? textOf(value) : value
}

function textOf(value: unknown): string {
  const { Ref: name } = Object(value)
  return typeof name === 'string' && name.startsWith('AWS::') ? 'x'.repeat(16) : AN_ARN
}

/** Of each role the policies that are its own, all together. */
function inlinePolicies({ Resources }: TemplateBody): readonly number[] {
  const byRole = new Map<string, number>()
  for (const { Type, Properties } of Object.values(Resources)) {
    if (Type !== 'AWS::IAM::Policy') continue
    for (const { Ref: role } of Properties.Roles) {
      byRole.set(role, (byRole.get(role) ?? 0) + sizeOf(Properties.PolicyDocument))
    }
  }
  return [...byRole.values()]
}

/** Of each function or alias the statements of its policy, as Lambda writes them. */
function functionPolicies(permissions: readonly { FunctionName: unknown }[]): readonly number[] {
  const byFunction = new Map<string, number>()
  for (const permission of permissions) {
    const name = JSON.stringify(permission.FunctionName)
    byFunction.set(name, (byFunction.get(name) ?? 0) + sizeOf(permission) + AN_ARN.length * 2)
  }
  return [...byFunction.values()]
}
