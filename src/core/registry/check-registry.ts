import { checkAddresses, type Reach } from './check-addresses.ts'
import { checkClients } from './check-clients.ts'
import { checkConnections } from './check-connections.ts'
import { checkIds } from './check-ids.ts'
import { checkOwnership } from './check-ownership.ts'
import { checkFileRedirectUris } from './check-redirect-uris.ts'
import { checkReferences } from './check-references.ts'
import { checkSignOn } from './check-sign-on.ts'
import { checkVendors } from './check-vendors.ts'
import type { Problem } from './problem.ts'
import type { RegistryFile } from './registry-file.ts'

/** What the file's schema cannot say: every problem there is, none hiding another. */
export function checkRegistry(
  file: RegistryFile,
  { upstreams }: { readonly upstreams: Reach },
): readonly Problem[] {
  return [
    ...checkIds(file),
    ...checkReferences(file),
    ...checkOwnership(file),
    ...checkFileRedirectUris(file),
    ...checkClients(file),
    ...checkSignOn(file),
    ...checkConnections(file),
    ...checkVendors(file),
    ...checkAddresses(file, upstreams),
  ]
}
