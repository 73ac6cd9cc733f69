import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs'

/** Hides a received message for some more seconds. It needs `sqs:ChangeMessageVisibility`. */
export function sqsRetryLater({
  client,
  queueUrl,
}: {
  readonly client: SQSClient
  readonly queueUrl: string
}) {
  return async (receiptHandle: string, seconds: number): Promise<void> => {
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: seconds,
      }),
    )
  }
}
