import { dynamodbConnectionHealth } from '#adapters/dynamodb/connection-health.ts'
import { dynamodbRegistryWriter } from '#adapters/dynamodb/registry-writer.ts'
import {
  dynamodbSessionDirectory,
  type ListedSession,
} from '#adapters/dynamodb/session-directory.ts'
import type { CliContext, CliOptions, ExitCode } from '#cli/cli-context.ts'
import { CliError } from '#cli/cli-error.ts'
import { requireOutput, requireStackOutputs } from '#cli/stack-outputs.ts'
import { OUTPUTS } from '#contract/outputs.ts'
import { REGISTRY_PREFIX } from '#contract/tables.ts'
import {
  type ConnectionStatus,
  sessionsStatus,
  statusJson,
  statusLine,
} from './connection-status.ts'

/**
 * `sallyport status [connection]`: how each connection does. It reads the registry and the Sessions
 * table whole, and a row of the Launches table for each connection.
 *
 * Exit status 1 where one fails.
 */
export async function statusCommand(
  only: string | undefined,
  options: CliOptions,
  context: CliContext,
): Promise<ExitCode> {
  const outputs = requireStackOutputs(context.cwd, options)
  const documents = context.documents()
  const nowSeconds = Math.floor(context.now() / 1_000)
  const health = dynamodbConnectionHealth({
    documents,
    tableName: requireOutput(outputs, OUTPUTS.launchesTableName),
    now: () => nowSeconds,
  })
  const directory = dynamodbSessionDirectory({
    documents,
    tableName: requireOutput(outputs, OUTPUTS.sessionsTableName),
  })

  const rows = await dynamodbRegistryWriter({
    documents,
    tableName: outputs[OUTPUTS.registryTableName],
  }).rows()
  const connections = rows
    .filter(({ id }) => id.startsWith(REGISTRY_PREFIX.connection))
    .map(({ id, fields }) => ({
      connection: id.slice(REGISTRY_PREFIX.connection.length),
      app: String(fields['app']),
    }))
    .filter(({ connection }) => only === undefined || connection === only)
  if (only !== undefined && connections.length === 0) {
    throw new CliError('The registry has no such connection. See: sallyport registry show')
  }

  const sessions = new Map(
    connections.map(({ connection }): [string, ListedSession[]] => [connection, []]),
  )
  for await (const session of directory.list(only)) sessions.get(session.connection)?.push(session)
  const statuses = await Promise.all(
    connections.map(async ({ connection, app }): Promise<ConnectionStatus> => {
      const failingSince = await health.failingSince(connection)
      return {
        connection,
        app,
        ...(failingSince !== undefined && { failingSince }),
        ...sessionsStatus(sessions.get(connection) ?? [], nowSeconds),
      }
    }),
  )

  if (options.json) {
    context.write(JSON.stringify(statuses.map(statusJson), undefined, 2))
  } else if (statuses.length === 0) {
    context.write('The registry has no connection. Add one with: sallyport connect <fhir-base>')
  } else {
    const width = Math.max(...statuses.map(({ connection }) => connection.length))
    for (const status of statuses) context.write(statusLine(status, width))
  }
  return statuses.some(({ failingSince }) => failingSince !== undefined) ? 1 : 0
}
