import type { Problem } from './problem.ts'
import type { RegistryChanges, RegistryWriter, RowChange } from './registry-contents.ts'
import type { RegistryFile } from './registry-file.ts'
import { type ResolveRegistryDeps, resolveRegistry } from './resolve-registry.ts'

export interface ApplyRegistryDeps extends ResolveRegistryDeps {
  readonly writer: RegistryWriter
  /** Told what changes, before the first write. */
  readonly announce?: (changes: readonly RowChange[]) => void
}

export type AppliedRegistry =
  | { readonly changes: RegistryChanges }
  | { readonly problems: readonly Problem[] }

/** Makes a checked file the registry. Nothing is written when it cannot be resolved. */
export async function applyRegistry(
  file: RegistryFile,
  { writer, announce, ...world }: ApplyRegistryDeps,
): Promise<AppliedRegistry> {
  const resolved = await resolveRegistry(file, world)
  if ('problems' in resolved) return resolved
  return { changes: await writer.replace(resolved.contents, announce) }
}
