import type { DirectoryEntry } from './directory-entry.ts'
import type { Organization, SignOnConnection } from './registry.ts'
import type { RegistryContents } from './registry-contents.ts'

/** A piece of an app's directory that fits a row of the registry. */
export interface DirectoryPart {
  readonly app: string
  /** From 0. */
  readonly part: number
  /** How many there are, in the first. */
  readonly parts?: number
  /** {@link DirectoryEntry}s, in JSON. */
  readonly entries: string
}

/** DynamoDB takes 400 kB a row; an entry is at most half of what is left to it here. */
const PART_BYTES = 200_000

/** Sign-ons that a person begins: at the EHR, its portal, or an OpenID provider. */
const BEGIN_OUTSIDE: readonly string[] = ['oidc', 'smart-patient', 'smart-standalone']

/** Whether a launch of this connection may begin outside the EHR. */
export function beginsOutside(
  connection: Pick<SignOnConnection, 'signOn'> & { readonly standaloneLaunch?: boolean },
): boolean {
  return (
    connection.standaloneLaunch === true ||
    BEGIN_OUTSIDE.includes(connection.signOn?.scheme ?? 'smart-ehr')
  )
}

/** What the launch picker of an app offers, in the order of names; nothing for most apps. */
export function directoryOf(
  app: string,
  { organizations, connections }: Pick<RegistryContents, 'organizations' | 'connections'>,
): readonly DirectoryEntry[] {
  const bySlug = new Map(organizations.map((organization) => [organization.slug, organization]))
  const listed = connections.filter((connection) => connection.listed && connection.app === app)
  const perOrganization = new Map<string, number>()
  for (const { organization } of listed) {
    perOrganization.set(organization, (perOrganization.get(organization) ?? 0) + 1)
  }
  const { compare } = new Intl.Collator('en')
  return listed
    .map((connection) => {
      const { organization } = connection
      return entryOf(connection, bySlug.get(organization), perOrganization.get(organization) === 1)
    })
    .sort(
      (one, other) => compare(one.name, other.name) || compare(one.note ?? '', other.note ?? ''),
    )
}

/** The directories of all apps that have one, as the registry keeps them. */
export function directoryParts(contents: RegistryContents): readonly DirectoryPart[] {
  const listed = contents.connections.filter((connection) => connection.listed)
  return [...new Set(listed.map(({ app }) => app))].flatMap((app) => {
    const pieces = split(directoryOf(app, contents))
    return pieces.map((entries, part) => ({
      app,
      part,
      ...(part === 0 && { parts: pieces.length }),
      entries,
    }))
  })
}

function entryOf(
  { id, organization, environment, source, signOn }: SignOnConnection,
  { name = organization, aliases = [], locations = [], logo }: Partial<Organization> = {},
  isAlone: boolean,
): DirectoryEntry {
  const note = [
    ...(isAlone ? [] : [source.name]),
    ...(environment === 'Production' ? [] : [environment]),
  ].join(', ')
  return {
    connection: id,
    organization,
    name,
    ...(note && { note }),
    ...(aliases.length > 0 && { aliases }),
    ...(locations.length > 0 && { locations: locations.map(inOneLine) }),
    ...(logo && { hasLogo: true }),
    ...(signOn?.scheme === 'saml' && { saml: true }),
  }
}

function inOneLine({
  name,
  city,
  state,
  postalCode,
  country,
}: NonNullable<Organization['locations']>[number]): string {
  const region = [state, postalCode].filter(Boolean).join(' ')
  return [name, city, region, country].filter(Boolean).join(', ')
}

function split(entries: readonly DirectoryEntry[]): readonly string[] {
  const parts: string[][] = []
  let bytes = PART_BYTES
  for (const entry of entries) {
    const json = JSON.stringify(entry)
    bytes += Buffer.byteLength(json) + 1
    if (bytes > PART_BYTES) {
      parts.push([])
      bytes = Buffer.byteLength(json)
    }
    parts.at(-1)?.push(json)
  }
  return parts.map((part) => `[${part.join(',')}]`)
}
