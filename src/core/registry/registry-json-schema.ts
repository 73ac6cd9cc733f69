import * as z from 'zod/mini'
import { registryFile } from './registry-file.ts'

/**
 * The JSON Schema of a registry file, for editors: `registry.schema.json` is this, printed by
 * `sallyport registry schema`.
 */
export function registryJsonSchema() {
  const { $schema, ...rest } = z.toJSONSchema(registryFile, { io: 'input' })
  return { $schema, $id: 'urn:sallyport:registry', ...rest }
}
