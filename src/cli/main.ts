import { text } from 'node:stream/consumers'
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { KMSClient } from '@aws-sdk/client-kms'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { createEgress } from '#adapters/egress/egress.ts'
import { createProbe } from '#adapters/egress/probe.ts'
import { discover } from '#core/discovery/discover.ts'
import { runCli } from './run-cli.ts'

// A reader that has seen enough (`| head`) closes the pipe; that is no failure of ours.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) =>
  process.exit(code === 'EPIPE' ? 0 : 1),
)

process.exitCode = await runCli(process.argv.slice(2), {
  cwd: process.cwd(),
  write: (line) => process.stdout.write(`${line}\n`),
  writeError: (line) => process.stderr.write(`${line}\n`),
  readInput: async () => (process.stdin.isTTY ? undefined : text(process.stdin)),
  documents: () => DynamoDBDocumentClient.from(new DynamoDBClient()),
  secrets: () => new SecretsManagerClient(),
  eventBridge: () => new EventBridgeClient(),
  kms: () => new KMSClient(),
  // An account has few searches a second; a command that waits is better than one that fails.
  logs: () => new CloudWatchLogsClient({ retryMode: 'adaptive', maxAttempts: 10 }),
  egress: (upstreams) => createEgress({ upstreams }),
  probe: (upstreams) => createProbe({ upstreams }),
  discover(upstreams) {
    const egress = createEgress({ upstreams })
    return async (connection) => (await discover(connection, egress)).metadata
  },
  now: Date.now,
})
