import type { SecretReader } from '#core/registry/registry.ts'
import { Secret } from '#core/secret.ts'

/** Secrets in memory: each reference with its values, the newest first. */
export function memorySecretReader(
  values: Readonly<Record<string, readonly string[]>> = {},
): SecretReader {
  return {
    async read(ref) {
      return (values[ref] ?? []).slice(0, 2).map((value) => new Secret(value))
    },
  }
}
