import { isDeepStrictEqual } from 'node:util'
import { compareRows } from '#core/registry/compare-rows.ts'
import { directoryOf, directoryParts } from '#core/registry/directory.ts'
import { fhirBasesOf, isEhrConnection, type Registry } from '#core/registry/registry.ts'
import type {
  RegistryContents,
  RegistryRow,
  RegistryWriter,
} from '#core/registry/registry-contents.ts'

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
      return contents.connections.filter(isEhrConnection).find((one) => one.id === id)
    },
    async findSignOnConnection(id) {
      return contents.connections.find((connection) => connection.id === id)
    },
    async findFhirBases(organization) {
      return fhirBasesOf(organization, contents.connections)
    },
    async findDirectory(app) {
      return directoryOf(app, contents)
    },
    async findLogo(organization) {
      return contents.organizations.find(({ slug }) => slug === organization)?.logo
    },
    async findConnectionsByIssuer(issuer) {
      return contents.connections.filter(isEhrConnection).filter((one) => one.issuer === issuer)
    },
    async rows() {
      return [...rows(contents)].sort((one, other) => (one.id < other.id ? -1 : 1))
    },
    async compare(next) {
      return compareRows(rows(contents), rows(next), isDeepStrictEqual)
    },
    async replace(next, announce) {
      const changes = compareRows(rows(contents), rows(next), isDeepStrictEqual)
      announce?.(changes)
      contents = next
      const written = changes.filter(({ after }) => after !== undefined).length
      return {
        written,
        deleted: changes.length - written,
        unchanged: rows(next).length - written,
      }
    },
  }
}

/** What stands as a row of its own, by a key of its own. */
function rows(contents: RegistryContents): readonly RegistryRow[] {
  const { organizations, apps, registrations, connections } = contents
  return [
    ...organizations.map(({ slug, ...fields }) => ({
      id: `organization#${slug}`,
      fields: { ...fields, fhirBases: fhirBasesOf(slug, connections) },
    })),
    ...apps.map(({ id, ...fields }) => ({ id: `app#${id}`, fields })),
    ...apps.flatMap(({ id, clients }) =>
      clients.map(({ clientId }) => ({ id: `client#${clientId}`, fields: { app: id } })),
    ),
    ...registrations.map(({ id, ...fields }) => ({ id: `registration#${id}`, fields })),
    ...connections.map(({ id, ...fields }) => ({ id: `connection#${id}`, fields })),
    ...directoryParts(contents).map(({ app, part, ...fields }) => ({
      id: part === 0 ? `directory#${app}` : `directory#${app}#${part}`,
      fields,
    })),
  ]
}
