import { REGISTRY_PREFIX, REGISTRY_TABLE } from '#contract/tables.ts'
import { type DirectoryPart, directoryParts } from '#core/registry/directory.ts'
import {
  type App,
  fhirBasesOf,
  type Registration,
  type SignOnConnection,
} from '#core/registry/registry.ts'
import type { RegistryContents } from '#core/registry/registry-contents.ts'

/** A row of the Registry table: the prefixed id, and the fields of what it holds. */
export type RegistryItem = Readonly<Record<string, unknown>> & {
  readonly [REGISTRY_TABLE.partitionKey]: string
}

/** `client#<clientId>`: which app a client of the API door belongs to. */
export type ClientItem = RegistryItem & { readonly app: string }

/** `organization#<slug>`: with the bases of the FHIR door that its connections have. */
export type OrganizationItem = RegistryItem & {
  readonly fhirBases?: readonly string[]
  readonly logo?: string
}

/** `directory#<app>`, `directory#<app>#1` …: what the app's launch picker offers. */
export type DirectoryItem = RegistryItem & Pick<DirectoryPart, 'parts' | 'entries'>

/** The id of a part, without its prefix. */
export function directoryPartId(app: string, part: number): string {
  return part === 0 ? app : `${app}#${part}`
}

export function appFromItem(item: RegistryItem): App {
  return { ...item, id: withoutPrefix(item.id, 'app') } as App
}

export function registrationFromItem(item: RegistryItem): Registration {
  return { ...item, id: withoutPrefix(item.id, 'registration') } as Registration
}

export function connectionFromItem(item: RegistryItem): SignOnConnection {
  return { ...item, id: withoutPrefix(item.id, 'connection') } as unknown as SignOnConnection
}

/** Every row of a registry; each comes after those that it refers to. */
export function toRegistryItems(contents: RegistryContents): readonly RegistryItem[] {
  const { organizations, apps, registrations, connections } = contents
  return [
    ...organizations.map(({ slug, ...rest }) =>
      item('organization', slug, { ...rest, fhirBases: fhirBasesOf(slug, connections) }),
    ),
    ...apps.map(({ id, ...rest }) => item('app', id, rest)),
    ...apps.flatMap(({ id, clients }) =>
      clients.map(({ clientId }) => item('client', clientId, { app: id })),
    ),
    ...registrations.map(({ id, ...rest }) => item('registration', id, rest)),
    ...connections.map(({ id, ...rest }) => item('connection', id, rest)),
    ...directoryParts(contents).map(({ app, part, ...rest }) =>
      item('directory', directoryPartId(app, part), rest),
    ),
  ]
}

type Kind = keyof typeof REGISTRY_PREFIX

function item(kind: Kind, id: string, fields: object): RegistryItem {
  return { ...fields, [REGISTRY_TABLE.partitionKey]: REGISTRY_PREFIX[kind] + id }
}

function withoutPrefix(id: string, kind: Kind): string {
  return id.slice(REGISTRY_PREFIX[kind].length)
}
