import { placed } from './problem.ts'
import { isOidcConnection, providerConnection } from './provider-connection.ts'
import type { RegistryFile } from './registry-file.ts'

export type FileConnection = RegistryFile['connections'][number]

/** What a connection has that reaches an EHR; one for signing on only may have none of it. */
export const EHR_FIELDS = ['registration', 'fhirBaseUrl', 'fhirVersion', 'scopes'] as const

/** A connection in the file that reaches an EHR. */
export type FileEhrConnection = FileConnection &
  Required<Pick<FileConnection, (typeof EHR_FIELDS)[number]>>

/** The connections of a file that reach an EHR, with their paths. */
export function ehrConnections({
  connections,
}: RegistryFile): readonly { readonly path: string; readonly value: FileEhrConnection }[] {
  return placed('connections', connections).flatMap(({ path, value }) =>
    reachesEhr(value) ? [{ path, value }] : [],
  )
}

/** A connection to a server that the app has a client at. */
export interface ClientConnection {
  readonly path: string
  /** Of the address that says which server it is. */
  readonly addressPath: string
  readonly value: FileEhrConnection
}

/** The connections of a file that reach an EHR, and the OpenID providers that people sign on at. */
export function clientConnections(file: RegistryFile): readonly ClientConnection[] {
  return [
    ...ehrConnections(file).map(({ path, value }) => ({
      path,
      addressPath: `${path}.fhirBaseUrl`,
      value,
    })),
    ...signOnProviders(file),
  ]
}

/** The OpenID providers that people sign on at, each as the connection that a launch begins at. */
export function signOnProviders({ connections }: RegistryFile): readonly ClientConnection[] {
  return placed('connections', connections).flatMap(({ path, value }) => {
    if (!isOidcConnection(value)) return []
    const { endpointHosts } = value.signOn.idp
    const { endpointHosts: _, ...provider } = providerConnection(value)
    return [
      {
        path: `${path}.signOn.idp`,
        addressPath: `${path}.signOn.idp.issuer`,
        // The same fields, whose lists the file's type would let be changed.
        value: {
          ...provider,
          ...(endpointHosts && { endpointHosts }),
        } as unknown as FileEhrConnection,
      },
    ]
  })
}

export function reachesEhr(connection: FileConnection): connection is FileEhrConnection {
  return EHR_FIELDS.every((field) => connection[field] !== undefined)
}
