import type { Template } from 'aws-cdk-lib/assertions'

/**
 * Of each type that keeps what a deployment cannot make again, the properties whose change has
 * CloudFormation make another resource in its place.
 *
 * @see [Resource types](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html), "Update requires: Replacement"
 */
const REPLACED_BY: Readonly<Record<string, readonly string[]>> = {
  'AWS::DynamoDB::Table': [
    'TableName',
    'KeySchema',
    'LocalSecondaryIndexes',
    'ImportSourceSpecification',
  ],
  'AWS::KMS::Key': ['KeySpec', 'KeyUsage', 'MultiRegion', 'Origin'],
  'AWS::KMS::Alias': ['AliasName'],
  'AWS::Logs::LogGroup': ['LogGroupName', 'LogGroupClass'],
  'AWS::SQS::Queue': ['QueueName', 'FifoQueue'],
  'AWS::S3::Bucket': ['BucketName'],
  // It has no data, but the address that hospitals have registered.
  'AWS::ApiGateway::RestApi': [],
  'AWS::ApiGateway::Stage': ['StageName', 'RestApiId'],
}

export type KeptResources = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** The resources of a template that an update must not replace: by logical id, with what would. */
export function keptResources(template: Template): KeptResources {
  const kept = Object.entries(REPLACED_BY).flatMap(([type, properties]) =>
    Object.entries(template.findResources(type)).map(([id, { Properties = {} }]) => [
      id,
      {
        Type: type,
        ...Object.fromEntries(
          properties
            .filter((name) => Properties[name] !== undefined)
            .map((name) => [name, Properties[name]]),
        ),
        ...keyAttributes(Properties),
      },
    ]),
  )
  return Object.fromEntries(kept.toSorted(([a], [b]) => String(a).localeCompare(String(b))))
}

/** The types of a table's own keys: another type is another table. */
function keyAttributes({ KeySchema = [], AttributeDefinitions = [] }: Record<string, unknown[]>) {
  const names = JSON.stringify(KeySchema)
  const own = AttributeDefinitions.filter((attribute) =>
    names.includes(`"${Object(attribute).AttributeName}"`),
  )
  return own.length === 0 ? {} : { KeyAttributes: own }
}
