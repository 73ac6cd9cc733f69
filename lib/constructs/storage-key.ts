import { Aws, Stack } from 'aws-cdk-lib'
import {
  AccountRootPrincipal,
  Grant,
  type IGrantable,
  PolicyDocument,
  PolicyStatement,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam'
import { type IKey, Key } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'

/** What looking after a key takes. No use of it, and no grant, which would be a use by another. */
const ADMINISTRATION = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
]

/**
 * What DynamoDB, Secrets Manager and CloudWatch Logs want of whoever chooses the key for them, which
 * is who deploys. By their names, not as `ReEncrypt*` and `GenerateDataKey*`: a pattern also admits
 * what comes later.
 */
const STORE_UNDER = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
]

/**
 * In the name of whoever reads or writes items DynamoDB decrypts the table's key, and does no more:
 * it made that key when the table was made, and all else under a grant of its own.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 */
const USE_TABLES = ['kms:Decrypt']

const READ_SECRETS = ['kms:Decrypt']

const SEND_TO_QUEUES = ['kms:Decrypt', 'kms:GenerateDataKey']

const RECEIVE_FROM_QUEUES = ['kms:Decrypt']

/**
 * Encrypts tables, secrets, queues and log groups at rest, and is of use only through the services that hold
 * them. Session tokens in those tables are sealed under another key, so reading a table opens none.
 */
export class StorageKey extends Construct {
  readonly key: IKey

  constructor(scope: Construct, id: string) {
    super(scope, id)

    this.key = new Key(this, 'Resource', {
      description: 'Sallyport: tables, secrets, queues and logs at rest',
      enableKeyRotation: true,
      policy: new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: 'Administer',
            principals: [new AccountRootPrincipal()],
            actions: ADMINISTRATION,
            resources: ['*'],
          }),
          new PolicyStatement({
            sid: 'UseThroughStorageServices',
            principals: [new AccountRootPrincipal()],
            actions: [...STORE_UNDER, 'kms:CreateGrant'],
            resources: ['*'],
            conditions: {
              StringEquals: {
                'kms:ViaService': [via('dynamodb'), via('secretsmanager'), via('sqs')],
              },
            },
          }),
          new PolicyStatement({
            sid: 'EncryptLogsOfThisStack',
            principals: [new ServicePrincipal(`logs.${Aws.REGION}.amazonaws.com`)],
            actions: STORE_UNDER,
            resources: ['*'],
            conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': this.#logGroups() } },
          }),
        ],
      }),
    })
  }

  /** Lets the grantee read and write tables under this key, as far as DynamoDB lets it. */
  grantUseTables(grantee: IGrantable): Grant {
    return this.#grant(USE_TABLES, 'dynamodb', grantee)
  }

  /** Lets the grantee read secrets under this key, as far as Secrets Manager lets it. */
  grantReadSecrets(grantee: IGrantable): Grant {
    return this.#grant(READ_SECRETS, 'secretsmanager', grantee)
  }

  /** Lets the grantee send to queues under this key, as far as SQS lets it. */
  grantSendToQueues(grantee: IGrantable): Grant {
    return this.#grant(SEND_TO_QUEUES, 'sqs', grantee)
  }

  /** Lets the grantee receive from queues under this key, as far as SQS lets it. */
  grantReceiveFromQueues(grantee: IGrantable): Grant {
    return this.#grant(RECEIVE_FROM_QUEUES, 'sqs', grantee)
  }

  /** Lets a rule of EventBridge send to queues under this key; the ARN may hold no reference. */
  letRuleSendToQueues(ruleArn: string): void {
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: SEND_TO_QUEUES,
        resources: ['*'],
        conditions: { ArnLike: { 'aws:SourceArn': ruleArn } },
      }),
    )
  }

  #grant(actions: string[], service: string, grantee: IGrantable): Grant {
    return Grant.addToPrincipal({
      grantee,
      actions,
      resourceArns: [this.key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': via(service) } },
    })
  }

  /** CloudFormation begins a log group's name with the stack's; their ARNs would be a circle here. */
  #logGroups(): string {
    const stack = Stack.of(this)
    return `arn:${stack.partition}:logs:${stack.region}:${stack.account}:log-group:${stack.stackName}-*`
  }
}

function via(service: string): string {
  return `${service}.${Aws.REGION}.amazonaws.com`
}
