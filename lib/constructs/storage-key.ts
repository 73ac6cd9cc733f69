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
import type { KeyAccess } from './key-access.ts'
import { KeyUsers } from './key-users.ts'

export interface StorageKeyProps {
  readonly access: KeyAccess
}

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
  readonly #users = new KeyUsers()

  constructor(scope: Construct, id: string, { access }: StorageKeyProps) {
    super(scope, id)

    this.key = new Key(this, 'Resource', {
      description: 'Sallyport: tables, secrets, queues and logs at rest',
      enableKeyRotation: true,
      policy: new PolicyDocument({
        statements: [
          access.administer(),
          new PolicyStatement({
            sid: 'UseThroughStorageServices',
            principals: [new AccountRootPrincipal()],
            actions: [...STORE_UNDER, 'kms:CreateGrant'],
            resources: ['*'],
            conditions: {
              StringEquals: {
                'kms:ViaService': [via('dynamodb'), via('secretsmanager'), via('sqs')],
              },
              ...access.using(() => this.#users.arns),
            },
          }),
          // CloudFormation begins a log group's name with the stack's; their ARNs would be a circle here.
          encryptLogs('EncryptLogsOfThisStack', this.#logGroups(`${Stack.of(this).stackName}-*`)),
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

  /** Lets CloudWatch Logs encrypt a group whose name does not begin with the stack's. */
  letLogsEncrypt(logGroupName: string): void {
    this.key.addToResourcePolicy(encryptLogs('EncryptOtherLogs', this.#logGroups(logGroupName)))
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
    this.#users.add(grantee)
    return Grant.addToPrincipal({
      grantee,
      actions,
      resourceArns: [this.key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': via(service) } },
    })
  }

  #logGroups(name: string): string {
    const { partition, region, account } = Stack.of(this)
    return `arn:${partition}:logs:${region}:${account}:log-group:${name}`
  }
}

function encryptLogs(sid: string, logGroups: string): PolicyStatement {
  return new PolicyStatement({
    sid,
    principals: [new ServicePrincipal(`logs.${Aws.REGION}.amazonaws.com`)],
    actions: STORE_UNDER,
    resources: ['*'],
    conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroups } },
  })
}

function via(service: string): string {
  return `${service}.${Aws.REGION}.amazonaws.com`
}
