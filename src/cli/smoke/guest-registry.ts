import { randomBytes, randomUUID } from 'node:crypto'
import { CliError } from '#cli/cli-error.ts'
import type { Upstreams } from '#contract/upstreams.ts'
import { parseRegistry } from '#core/registry/parse-registry.ts'
import type { RegistryContents } from '#core/registry/registry-contents.ts'
import { type Discover, resolveRegistry } from '#core/registry/resolve-registry.ts'
import type { Counterpart } from './counterpart.ts'

export interface GuestRegistry {
  /** The connection, as launches name it. */
  readonly connection: string
  readonly contents: RegistryContents
}

/**
 * An organization, an app and a connection of their own, with names that nobody has. The app takes
 * messages that a key of the broker's signs, so that there is no secret to keep.
 *
 * @throws CliError where the broker could not use them
 */
export async function guestRegistry(
  { ehr, app }: Counterpart,
  { upstreams, discover }: { readonly upstreams: Upstreams; readonly discover: Discover },
): Promise<GuestRegistry> {
  const name = `smoke-${randomBytes(5).toString('hex')}`
  const connection = `${name}-development`
  const file = {
    organizations: [{ slug: name, name: 'Smoke test' }],
    apps: [
      {
        id: name,
        name: 'Smoke test',
        ssoDestination: {
          id: app.destinationId,
          name: 'Smoke test',
          url: app.ssoUrl,
          redirectOrigins: [app.origin],
          signature: 'ES384',
        },
        clients: [{ clientId: app.clientId, jwks: app.jwks }],
      },
    ],
    registrations: [
      {
        id: name,
        app: name,
        clientId: ehr.clientId,
        authentication: { method: 'private_key_jwt' },
      },
    ],
    connections: [
      {
        id: connection,
        organization: name,
        environment: 'Development',
        app: name,
        registration: name,
        source: { id: randomUUID(), name: 'Smoke test' },
        fhirBaseUrl: ehr.fhirBaseUrl,
        fhirVersion: 'R4',
        scopes: ['launch', 'openid', 'fhirUser', 'patient/*.rs', 'offline_access'],
      },
    ],
  }
  const parsed = parseRegistry(JSON.stringify(file), { upstreams })
  const resolved =
    'file' in parsed
      ? await resolveRegistry(parsed.file, { discover, hasSecret: async () => false })
      : parsed
  if ('contents' in resolved) return { connection, contents: resolved.contents }
  const why = resolved.problems.map(({ message }) => message).join(' ')
  throw new CliError(`The test EHR at ${new URL(ehr.fhirBaseUrl).origin} cannot be used: ${why}`)
}
