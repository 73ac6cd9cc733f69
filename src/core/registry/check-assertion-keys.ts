import { profileOf } from '#core/vendors/profile-of.ts'
import { clientConnections } from './ehr-connections.ts'
import type { Problem } from './problem.ts'
import type { RegistryFile } from './registry-file.ts'

/**
 * Every client that proves itself by an assertion is at an EHR for which the stack can sign one.
 *
 * @param algorithms what the stack has keys for; `undefined` where that is not known
 */
export function checkAssertionKeys(
  file: RegistryFile,
  algorithms: readonly string[] | undefined,
): readonly Problem[] {
  const signing = signingRegistrations(file)
  return clientConnections(file).flatMap(({ path, value }) => {
    const { assertionAlgorithm } = profileOf(value)
    if (assertionAlgorithm === 'any' || !signing.has(value.registration)) return []
    if (!algorithms || algorithms.includes(assertionAlgorithm)) return []
    return [
      {
        path: value.vendorOverrides?.assertionAlgorithm
          ? `${path}.vendorOverrides.assertionAlgorithm`
          : `${path}.vendor`,
        message: `This EHR wants client assertions signed with ${assertionAlgorithm}, and the stack has no key for that. Add one to assertionsKeys, and deploy (docs/operations.md).`,
      },
    ]
  })
}

/** The registrations whose client proves itself by an assertion. */
export function signingRegistrations({ registrations }: RegistryFile): ReadonlySet<string> {
  return new Set(
    registrations
      .filter(({ authentication }) => authentication.method === 'private_key_jwt')
      .map(({ id }) => id),
  )
}
