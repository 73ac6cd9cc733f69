import { Duration, Validations } from 'aws-cdk-lib'
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam'
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { StorageKey } from './storage-key.ts'

export interface FailureQueueProps {
  readonly storageKey: StorageKey
}

/** Keeps what went wrong, for a person to look at: for as long as SQS can, fourteen days. */
export class FailureQueue extends Construct {
  readonly queue: IQueue
  readonly queueArn: string
  readonly #storageKey: StorageKey

  constructor(scope: Construct, id: string, props: FailureQueueProps) {
    super(scope, id)

    this.#storageKey = props.storageKey
    const queue = new Queue(this, 'Resource', {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: props.storageKey.key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    })
    this.queue = queue
    this.queueArn = queue.queueArn

    Validations.of(queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is where failures end, and nothing takes from it by itself.',
    })
  }

  /** Lets the grantee put failures in, and not read any. */
  grantSend(grantee: IGrantable): Grant {
    return Grant.addToPrincipal({
      grantee,
      actions: ['sqs:SendMessage'],
      resourceArns: [this.queueArn],
    }).combine(this.#storageKey.grantSendToQueues(grantee))
  }
}
