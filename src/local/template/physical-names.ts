import { createHash } from 'node:crypto'

/** What a resource is named by when it has been made. */
export interface PhysicalResource {
  /** The value of `Ref`. */
  readonly ref: string
  /** The values of `Fn::GetAtt`. */
  readonly attributes: Readonly<Record<string, string>>
}

/** Where the stack is, for names and ARNs. */
export interface StackPlace {
  readonly stackName: string
  readonly account: string
  readonly region: string
  readonly partition: string
}

/**
 * The name and attributes that a resource gets, the same at every start of the same stack.
 *
 * `property` gives a resolved property, so that an explicit name is used where there is one.
 *
 * @throws Error for a type that is not known here
 */
export function physicalResource(
  type: string,
  logicalId: string,
  place: StackPlace,
  property: (name: string) => unknown,
): PhysicalResource {
  const digest = createHash('sha256').update(`${place.stackName}/${logicalId}`).digest('hex')
  const shortId = BigInt(`0x${digest}`).toString(36).slice(0, 10)
  const arn = (service: string, resource: string) =>
    `arn:${place.partition}:${service}:${place.region}:${place.account}:${resource}`
  const named = (name: string) => {
    const given = property(name)
    return typeof given === 'string' ? given : `${place.stackName}-${logicalId}`
  }

  switch (type) {
    case 'AWS::DynamoDB::Table': {
      const ref = named('TableName')
      return { ref, attributes: { Arn: arn('dynamodb', `table/${ref}`) } }
    }
    case 'AWS::KMS::Key': {
      const ref = digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
      return { ref, attributes: { Arn: arn('kms', `key/${ref}`), KeyId: ref } }
    }
    case 'AWS::KMS::Alias':
      return { ref: String(property('AliasName')), attributes: {} }
    case 'AWS::IAM::Role': {
      const ref = named('RoleName')
      const roleArn = `arn:${place.partition}:iam::${place.account}:role/${ref}`
      return { ref, attributes: { Arn: roleArn } }
    }
    case 'AWS::Events::EventBus': {
      const ref = String(property('Name'))
      return { ref, attributes: { Arn: arn('events', `event-bus/${ref}`), Name: ref } }
    }
    case 'AWS::Events::Rule': {
      const name = String(property('Name'))
      const bus = String(property('EventBusName'))
      return { ref: `${bus}|${name}`, attributes: { Arn: arn('events', `rule/${bus}/${name}`) } }
    }
    case 'AWS::Logs::LogGroup': {
      const ref = named('LogGroupName')
      return { ref, attributes: { Arn: arn('logs', `log-group:${ref}:*`) } }
    }
    case 'AWS::Lambda::Function': {
      const ref = named('FunctionName')
      return { ref, attributes: { Arn: arn('lambda', `function:${ref}`) } }
    }
    case 'AWS::SQS::Queue': {
      const name = named('QueueName')
      // As AWS writes it. The SDK's callers name a queue by it and reach the local endpoint.
      const ref = `https://sqs.${place.region}.amazonaws.com/${place.account}/${name}`
      return { ref, attributes: { Arn: arn('sqs', name), QueueName: name, QueueUrl: ref } }
    }
    case 'AWS::Scheduler::ScheduleGroup': {
      const ref = named('Name')
      return { ref, attributes: { Arn: arn('scheduler', `schedule-group/${ref}`) } }
    }
    case 'AWS::Scheduler::Schedule': {
      const ref = named('Name')
      const group = property('GroupName') ?? 'default'
      return { ref, attributes: { Arn: arn('scheduler', `schedule/${group}/${ref}`) } }
    }
    case 'AWS::ApiGateway::RestApi':
      return { ref: shortId, attributes: { RootResourceId: `${shortId}-root`, RestApiId: shortId } }
    case 'AWS::ApiGateway::Resource':
      return { ref: shortId, attributes: { ResourceId: shortId } }
    case 'AWS::ApiGateway::Deployment':
      return { ref: shortId, attributes: { DeploymentId: shortId } }
    case 'AWS::ApiGateway::Stage':
      return { ref: String(property('StageName')), attributes: {} }
    default:
      return { ref: shortId, attributes: {} }
  }
}
