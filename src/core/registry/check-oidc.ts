import { profileOf } from '#core/vendors/profile-of.ts'
import { signOnProviders } from './ehr-connections.ts'
import type { Problem } from './problem.ts'
import type { RegistryFile } from './registry-file.ts'

/** A provider that people sign on at says by a checked ID token who they are. */
export function checkOidc(file: RegistryFile): readonly Problem[] {
  return signOnProviders(file).flatMap(({ path, value }) => {
    const { kind, idToken } = profileOf(value)
    return [
      ...(kind === 'oidc' && idToken === 'checked'
        ? []
        : [
            {
              path: `${path}.vendor`,
              message: `The vendor "${value.vendor}" is no OpenID provider whose ID tokens are checked, so nobody would be known by it. Use oidc, or a vendor of that kind.`,
            },
          ]),
      ...(value.scopes.includes('openid')
        ? []
        : [
            {
              path: `${path}.scopes`,
              message: 'Without "openid" the provider does not say who signed on. Add it.',
            },
          ]),
    ]
  })
}
