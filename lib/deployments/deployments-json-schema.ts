import * as z from 'zod'
import { deploymentsFile } from './deployment.ts'

/** The JSON Schema of a deployments file, for editors: `deployments.schema.json` is this. */
export function deploymentsJsonSchema() {
  const { $schema, ...rest } = z.toJSONSchema(deploymentsFile, { io: 'input' })
  return { $schema, $id: 'urn:sallyport:deployments', title: 'Sallyport deployments', ...rest }
}
