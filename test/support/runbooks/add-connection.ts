import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { givenSite } from './given-site.ts'

type Broker = ReturnType<Awaited<ReturnType<typeof givenSite>>['broker']>

/** Changes the operator's registry file. */
export function editRegistry(
  { folder }: Pick<Broker, 'folder'>,
  // biome-ignore lint/suspicious/noExplicitAny: a registry file's fields are as deep as its schema.
  edit: (registry: any) => void,
): void {
  const path = join(folder, 'registry.json')
  const registry = JSON.parse(readFileSync(path, 'utf8'))
  edit(registry)
  writeFileSync(path, JSON.stringify(registry, undefined, 2))
}

/**
 * Adds a connection of the app's to the registry, and applies it.
 *
 * @throws Error with what the command said, when it fails
 */
export async function addConnection(
  broker: Broker,
  connection: Readonly<Record<string, unknown>>,
): Promise<void> {
  editRegistry(broker, ({ connections }) => {
    const { organization, app, source } = connections[0]
    connections.push({ organization, app, source, ...connection })
  })
  const { exitCode, errors } = await broker.operate(['registry', 'apply', 'registry.json'])
  if (exitCode !== 0) throw new Error(errors.join('\n'))
}
