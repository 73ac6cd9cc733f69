import { isDeepStrictEqual } from 'node:util'
import type { Registry } from '#core/registry/registry.ts'
import type { RegistryContents, RegistryWriter } from '#core/registry/registry-contents.ts'

const EMPTY: RegistryContents = { organizations: [], apps: [], registrations: [], connections: [] }

/** The registry in memory, and its writer. */
export function memoryRegistry(initial: Partial<RegistryContents> = {}): Registry & RegistryWriter {
  let contents: RegistryContents = { ...EMPTY, ...initial }

  return {
    async findApp(id) {
      return contents.apps.find((app) => app.id === id)
    },
    async findAppByClient(clientId) {
      return contents.apps.find(({ clients }) => clients.some((one) => one.clientId === clientId))
    },
    async findRegistration(id) {
      return contents.registrations.find((registration) => registration.id === id)
    },
    async findConnection(id) {
      return contents.connections.find((connection) => connection.id === id)
    },
    async findConnectionsByIssuer(issuer) {
      return contents.connections.filter((connection) => connection.issuer === issuer)
    },
    async replace(next) {
      const before = rows(contents)
      const after = rows(next)
      contents = next
      const changed = [...after].filter(([id, row]) => !isDeepStrictEqual(row, before.get(id)))
      return {
        written: changed.length,
        deleted: [...before.keys()].filter((id) => !after.has(id)).length,
        unchanged: after.size - changed.length,
      }
    },
  }
}

/** What stands as a row of its own, by a key of its own. */
function rows(contents: RegistryContents): Map<string, unknown> {
  const { organizations, apps, registrations, connections } = contents
  return new Map<string, unknown>([
    ...organizations.map((one) => [`organization ${one.slug}`, one] as const),
    ...apps.map((one) => [`app ${one.id}`, one] as const),
    ...apps.flatMap(({ id, clients }) =>
      clients.map(({ clientId }) => [`client ${clientId}`, id] as const),
    ),
    ...registrations.map((one) => [`registration ${one.id}`, one] as const),
    ...connections.map((one) => [`connection ${one.id}`, one] as const),
  ])
}
