import type { App, Organization, Registration, SignOnConnection } from './registry.ts'

/** All that a registry holds, checked, with what discovery found. */
export interface RegistryContents {
  readonly organizations: readonly Organization[]
  readonly apps: readonly App[]
  readonly registrations: readonly Registration[]
  readonly connections: readonly SignOnConnection[]
}

/** A row's fields, by name. */
export type RowFields = Readonly<Record<string, unknown>>

/** A row of the stored registry, named by kind and id: `connection#general-production`. */
export interface RegistryRow {
  readonly id: string
  readonly fields: RowFields
}

/** What becomes of one row: new without `before`, deleted without `after`. */
export interface RowChange {
  readonly id: string
  readonly before?: RowFields
  readonly after?: RowFields
}

/** How many rows a write touched; the rest stood as they were to be. */
export interface RegistryChanges {
  readonly written: number
  readonly deleted: number
  readonly unchanged: number
}

/** Reads and replaces the registry as a whole. For the command line only: no function may write it. */
export interface RegistryWriter {
  /** Every row, in the order of their ids. */
  rows(): Promise<readonly RegistryRow[]>
  /** What {@link replace} would change now. Writes nothing. */
  compare(contents: RegistryContents): Promise<readonly RowChange[]>
  /**
   * Makes the registry hold these contents and nothing else. May be repeated, also after a failure
   * half way. What a launch needs is written before what refers to it and deleted after.
   *
   * @param announce is told what changes, before the first write
   */
  replace(
    contents: RegistryContents,
    announce?: (changes: readonly RowChange[]) => void,
  ): Promise<RegistryChanges>
}
