import { Aws, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { type Grant, type IGrantable, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { BrokerKey } from './broker-key.ts'
import type { KeyAccess } from './key-access.ts'

export interface AuditLogProps {
  readonly retention: RetentionDays
  readonly access: KeyAccess
}

/**
 * Who read what of whom: a log group apart from all others, under a key of its own, kept also when
 * the stack is deleted.
 */
export class AuditLog extends Construct {
  readonly logGroupName: string
  readonly #logGroup: LogGroup

  constructor(scope: Construct, id: string, { retention, access }: AuditLogProps) {
    super(scope, id)

    const { key } = new BrokerKey(this, 'Key', {
      access,
      usage: [],
      description: 'Sallyport: audit records at rest',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    })
    const { partition, region, account, stackName } = Stack.of(this)
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'EncryptLogsOfThisStack',
        principals: [new ServicePrincipal(`logs.${Aws.REGION}.amazonaws.com`)],
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:${stackName}-*`,
          },
        },
      }),
    )
    this.#logGroup = new LogGroup(this, 'Resource', {
      retention,
      encryptionKey: key,
      removalPolicy: RemovalPolicy.RETAIN,
    })
    this.logGroupName = this.#logGroup.logGroupName
  }

  /** Lets the grantee add records, and neither read nor delete any. */
  grantRecord(grantee: IGrantable): Grant {
    return this.#logGroup.grantWrite(grantee)
  }
}
