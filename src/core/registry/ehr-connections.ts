import { placed } from './problem.ts'
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

export function reachesEhr(connection: FileConnection): connection is FileEhrConnection {
  return EHR_FIELDS.every((field) => connection[field] !== undefined)
}
