import * as z from 'zod'
import { KEY_SPECS, type KeySpec } from '#local/aws/kms-keys.ts'
import type { EventPattern } from '#local/event-rules.ts'

/** A property that changes nothing on one machine: encryption at rest, retention, throttling. */
const noEffect = z.unknown().optional()
const keySchema = z
  .array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }))
  .min(1)
const policyDocument = z.looseObject({ Statement: z.array(z.looseObject({})) })
const number = z.coerce.number()

/** Members of an event with the values that match; operators such as `prefix` are not served. */
const eventPattern: z.ZodType<EventPattern> = z.lazy(() =>
  z.record(z.string(), z.union([z.array(z.string()).min(1), eventPattern])),
)

/** @see [Types](https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html) */
const GATEWAY_RESPONSE_TYPES = [
  'ACCESS_DENIED',
  'API_CONFIGURATION_ERROR',
  'AUTHORIZER_CONFIGURATION_ERROR',
  'AUTHORIZER_FAILURE',
  'BAD_REQUEST_BODY',
  'BAD_REQUEST_PARAMETERS',
  'DEFAULT_4XX',
  'DEFAULT_5XX',
  'EXPIRED_TOKEN',
  'INTEGRATION_FAILURE',
  'INTEGRATION_TIMEOUT',
  'INVALID_API_KEY',
  'INVALID_SIGNATURE',
  'MISSING_AUTHENTICATION_TOKEN',
  'QUOTA_EXCEEDED',
  'REQUEST_TOO_LARGE',
  'RESOURCE_NOT_FOUND',
  'THROTTLED',
  'UNAUTHORIZED',
  'UNSUPPORTED_MEDIA_TYPE',
  'WAF_FILTERED',
] as const

/**
 * The resource types that run here, with the properties that are served.
 *
 * The schemas are strict: a property that is not named would be passed over in silence, and what is
 * wrong in a template has to be wrong here too.
 */
export const RESOURCE_SCHEMAS = {
  'AWS::DynamoDB::Table': z.strictObject({
    TableName: z.string().optional(),
    KeySchema: keySchema,
    AttributeDefinitions: z.array(
      z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
    ),
    GlobalSecondaryIndexes: z
      .array(
        z.strictObject({
          IndexName: z.string(),
          KeySchema: keySchema,
          Projection: z.strictObject({
            ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
            NonKeyAttributes: z.array(z.string()).optional(),
          }),
          ContributorInsightsSpecification: noEffect,
        }),
      )
      .optional(),
    TimeToLiveSpecification: z
      .strictObject({ AttributeName: z.string(), Enabled: z.boolean() })
      .optional(),
    BillingMode: z.literal('PAY_PER_REQUEST'),
    PointInTimeRecoverySpecification: noEffect,
    SSESpecification: z
      .strictObject({
        SSEEnabled: z.boolean(),
        SSEType: z.literal('KMS').optional(),
        KMSMasterKeyId: z.string().optional(),
      })
      .optional(),
    DeletionProtectionEnabled: noEffect,
    ContributorInsightsSpecification: noEffect,
    TableClass: noEffect,
    Tags: noEffect,
  }),

  'AWS::KMS::Key': z.strictObject({
    Description: z.string().optional(),
    Enabled: z.boolean().default(true),
    KeySpec: z.enum(Object.keys(KEY_SPECS) as [KeySpec]).default('SYMMETRIC_DEFAULT'),
    KeyUsage: z.enum(['ENCRYPT_DECRYPT', 'SIGN_VERIFY']).default('ENCRYPT_DECRYPT'),
    KeyPolicy: policyDocument,
    EnableKeyRotation: noEffect,
    RotationPeriodInDays: noEffect,
    PendingWindowInDays: noEffect,
    MultiRegion: z.literal(false).optional(),
    Tags: noEffect,
  }),

  'AWS::KMS::Alias': z.strictObject({
    AliasName: z.string().startsWith('alias/'),
    TargetKeyId: z.string(),
  }),

  'AWS::IAM::Role': z.strictObject({
    RoleName: z.string().optional(),
    Description: noEffect,
    AssumeRolePolicyDocument: policyDocument,
    ManagedPolicyArns: z.array(z.string()).default([]),
    Policies: z
      .array(z.strictObject({ PolicyName: z.string(), PolicyDocument: policyDocument }))
      .default([]),
    MaxSessionDuration: noEffect,
    Tags: noEffect,
  }),

  'AWS::IAM::Policy': z.strictObject({
    PolicyName: z.string(),
    PolicyDocument: policyDocument,
    Roles: z.array(z.string()).default([]),
  }),

  'AWS::Events::Rule': z.strictObject({
    Name: z.string().regex(/^[\w.-]{1,64}$/),
    Description: noEffect,
    EventBusName: z.string(),
    EventPattern: eventPattern,
    State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
    Targets: z
      .array(
        z.strictObject({
          Id: z.string(),
          Arn: z.string(),
          InputPath: z
            .string()
            .regex(/^\$(\.[\w-]+)*$/, 'only paths of plain members are served here')
            .default('$'),
        }),
      )
      .min(1)
      .max(5),
  }),

  'AWS::Lambda::EventSourceMapping': z.strictObject({
    EventSourceArn: z.string(),
    FunctionName: z.string(),
    BatchSize: number.int().min(1).max(10).default(10),
    Enabled: z.boolean().default(true),
    FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
    ScalingConfig: noEffect,
    Tags: noEffect,
  }),

  'AWS::Events::EventBus': z.strictObject({
    Name: z.string().regex(/^(?!default$)[\w.-]{1,256}$/),
    Description: noEffect,
    KmsKeyIdentifier: noEffect,
    LogConfig: noEffect,
    Tags: noEffect,
  }),

  'AWS::CloudWatch::Alarm': z.strictObject({
    AlarmName: z.string().optional(),
    AlarmDescription: noEffect,
    AlarmActions: noEffect,
    OKActions: noEffect,
    ComparisonOperator: z.literal('GreaterThanOrEqualToThreshold'),
    Threshold: number,
    EvaluationPeriods: number.int().min(1),
    TreatMissingData: z.literal('notBreaching'),
    Metrics: z
      .array(
        z.strictObject({
          Id: z.string().regex(/^[a-z]\w*$/),
          Expression: z.string().optional(),
          Period: number.optional(),
          ReturnData: z.boolean().default(true),
          MetricStat: z
            .strictObject({
              Metric: z.strictObject({
                Namespace: z.string(),
                MetricName: z.string(),
                Dimensions: z
                  .array(z.strictObject({ Name: z.string(), Value: z.string() }))
                  .default([]),
              }),
              Period: number,
              Stat: z.enum(['Sum', 'Maximum', 'SampleCount', 'p90']),
            })
            .optional(),
        }),
      )
      .min(1),
    Tags: noEffect,
  }),

  'AWS::Logs::LogGroup': z.strictObject({
    LogGroupName: z.string().optional(),
    RetentionInDays: noEffect,
    KmsKeyId: noEffect,
    LogGroupClass: noEffect,
    DataProtectionPolicy: noEffect,
    Tags: noEffect,
  }),

  'AWS::Lambda::Function': z.strictObject({
    FunctionName: z.string().optional(),
    Description: noEffect,
    Runtime: z.literal('nodejs24.x'),
    Handler: z.string(),
    Code: z.strictObject({ S3Bucket: z.string(), S3Key: z.string() }),
    Role: z.string(),
    Environment: z
      .strictObject({ Variables: z.record(z.string(), z.coerce.string()).default({}) })
      .default({ Variables: {} }),
    MemorySize: number.default(128),
    Timeout: number.default(3),
    ReservedConcurrentExecutions: number.optional(),
    LoggingConfig: z
      .strictObject({
        LogGroup: z.string().optional(),
        LogFormat: noEffect,
        ApplicationLogLevel: noEffect,
        SystemLogLevel: noEffect,
      })
      .optional(),
    Architectures: noEffect,
    EphemeralStorage: noEffect,
    KmsKeyArn: noEffect,
    TracingConfig: noEffect,
    RecursiveLoop: noEffect,
    Tags: noEffect,
  }),

  'AWS::Lambda::Permission': z.strictObject({
    Action: z.string(),
    FunctionName: z.string(),
    Principal: z.string(),
    SourceArn: z.string().optional(),
    SourceAccount: z.string().optional(),
  }),

  'AWS::Lambda::EventInvokeConfig': z.strictObject({
    FunctionName: z.string(),
    Qualifier: z.literal('$LATEST'),
    MaximumRetryAttempts: number.int().min(0).max(2).default(2),
    MaximumEventAgeInSeconds: number.int().min(60).max(21_600).default(21_600),
    DestinationConfig: z
      .strictObject({ OnFailure: z.strictObject({ Destination: z.string() }).optional() })
      .default({}),
  }),

  'AWS::Scheduler::ScheduleGroup': z.strictObject({ Name: z.string().optional(), Tags: noEffect }),

  'AWS::Scheduler::Schedule': z.strictObject({
    Name: z.string().optional(),
    GroupName: z.string().default('default'),
    Description: noEffect,
    State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
    ScheduleExpression: z
      .string()
      .regex(/^rate\(\d+ (minute|hour|day)s?\)$/, 'only rates are served here'),
    FlexibleTimeWindow: z.strictObject({ Mode: z.literal('OFF') }),
    Target: z.strictObject({
      Arn: z.string(),
      RoleArn: z.string(),
      Input: z
        .string()
        .regex(/^(?!.*<aws\.scheduler\.)/s, 'context attributes are not served here')
        .default('{}'),
      RetryPolicy: z
        .strictObject({
          MaximumRetryAttempts: number.int().min(0).max(185).default(185),
          MaximumEventAgeInSeconds: number.int().min(60).max(86_400).default(86_400),
        })
        .default({ MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 }),
      DeadLetterConfig: z.strictObject({ Arn: z.string() }).optional(),
    }),
  }),

  'AWS::SQS::Queue': z.strictObject({
    QueueName: z.string().optional(),
    KmsMasterKeyId: z.string().optional(),
    KmsDataKeyReusePeriodSeconds: noEffect,
    SqsManagedSseEnabled: noEffect,
    MessageRetentionPeriod: number.default(345_600),
    VisibilityTimeout: number.default(30),
    RedrivePolicy: z
      .strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: number.int().min(1) })
      .optional(),
    Tags: noEffect,
  }),

  'AWS::SQS::QueuePolicy': z.strictObject({
    Queues: z.array(z.string()).min(1),
    PolicyDocument: policyDocument,
  }),

  'AWS::ApiGateway::RestApi': z.strictObject({
    Name: z.string(),
    Description: noEffect,
    BinaryMediaTypes: z.array(z.string()).default([]),
    DisableExecuteApiEndpoint: z.literal(false).optional(),
    EndpointConfiguration: z.strictObject({
      Types: z.tuple([z.literal('REGIONAL')]),
      IpAddressType: noEffect,
    }),
    SecurityPolicy: noEffect,
    EndpointAccessMode: noEffect,
    Tags: noEffect,
  }),

  'AWS::ApiGateway::Resource': z.strictObject({
    RestApiId: z.string(),
    ParentId: z.string(),
    PathPart: z.string(),
  }),

  'AWS::ApiGateway::Method': z.strictObject({
    RestApiId: z.string(),
    ResourceId: z.string(),
    HttpMethod: z.string(),
    AuthorizationType: z.literal('NONE'),
    ApiKeyRequired: z.literal(false).optional(),
    OperationName: noEffect,
    MethodResponses: noEffect,
    Integration: z.strictObject({
      Type: z.literal('AWS_PROXY'),
      IntegrationHttpMethod: z.literal('POST'),
      Uri: z.string(),
      ResponseTransferMode: z.enum(['BUFFERED', 'STREAM']).default('BUFFERED'),
      TimeoutInMillis: number.optional(),
      PassthroughBehavior: noEffect,
    }),
  }),

  'AWS::ApiGateway::GatewayResponse': z.strictObject({
    RestApiId: z.string(),
    ResponseType: z.enum(GATEWAY_RESPONSE_TYPES),
    StatusCode: z.coerce.number().int().optional(),
    ResponseParameters: z.record(z.string(), z.string()).default({}),
    ResponseTemplates: z.strictObject({ 'application/json': z.string().optional() }).default({}),
  }),

  'AWS::ApiGateway::Deployment': z.strictObject({
    RestApiId: z.string(),
    Description: noEffect,
  }),

  'AWS::ApiGateway::Stage': z.strictObject({
    RestApiId: z.string(),
    DeploymentId: z.string(),
    StageName: z.string(),
    AccessLogSetting: z.strictObject({ DestinationArn: z.string(), Format: z.string() }).optional(),
    MethodSettings: z
      .array(
        z.strictObject({
          HttpMethod: z.string(),
          ResourcePath: z.string(),
          // Throttling would make tests depend on the machine's speed.
          ThrottlingBurstLimit: noEffect,
          ThrottlingRateLimit: noEffect,
          DataTraceEnabled: z.literal(false).optional(),
          LoggingLevel: z.literal('OFF').optional(),
          MetricsEnabled: noEffect,
        }),
      )
      .default([]),
    Description: noEffect,
    TracingEnabled: noEffect,
    Tags: noEffect,
  }),

  'AWS::ApiGateway::Account': z.strictObject({ CloudWatchRoleArn: z.string().optional() }),
} as const satisfies Record<string, z.ZodObject>

export type ResourceType = keyof typeof RESOURCE_SCHEMAS
export type ResourceProperties<Type extends ResourceType> = z.output<
  (typeof RESOURCE_SCHEMAS)[Type]
>

/** Types whose resources change nothing that happens here, whatever their properties. */
export const TYPES_WITHOUT_EFFECT: readonly string[] = [
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::Logs::MetricFilter',
  'AWS::Logs::QueryDefinition',
  'AWS::ApiGateway::UsagePlan',
]
