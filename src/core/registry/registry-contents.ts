import type { App, Connection, Organization, Registration } from './registry.ts'

/** All that a registry holds, checked, with what discovery found. */
export interface RegistryContents {
  readonly organizations: readonly Organization[]
  readonly apps: readonly App[]
  readonly registrations: readonly Registration[]
  readonly connections: readonly Connection[]
}

/** How many rows a write touched; the rest stood as they were to be. */
export interface RegistryChanges {
  readonly written: number
  readonly deleted: number
  readonly unchanged: number
}

/** Replaces the registry. For the command line only: no function may write it. */
export interface RegistryWriter {
  /**
   * Makes the registry hold these contents and nothing else. May be repeated, also after a failure
   * half way. What a launch needs is written before what refers to it and deleted after.
   */
  replace(contents: RegistryContents): Promise<RegistryChanges>
}
