import { type Problem, placed } from './problem.ts'
import type { RegistryFile } from './registry-file.ts'

/** Of an OAuth client, an SSO destination, a webhook or an EHR's links; each kind has names of its own. */
export type SecretKind = 'client' | 'sso' | 'webhook' | 'link'

/** Whether the stack has a secret of this name. */
export type HasSecret = (kind: SecretKind, ref: string) => Promise<boolean>

/** Every secret that a file names is there: without it a sign-on would fail at its last step. */
export async function checkSecrets(
  file: RegistryFile,
  hasSecret: HasSecret,
): Promise<readonly Problem[]> {
  const problems: Problem[] = []
  for (const { kind, ref, path } of secretsOf(file)) {
    if (await hasSecret(kind, ref)) continue
    problems.push({
      path,
      message: `The stack has no secret "${ref}". Set it from standard input: sallyport secret set ${kind} ${ref}`,
    })
  }
  return problems
}

function secretsOf({ apps, registrations, connections }: RegistryFile) {
  return [
    ...linkSecrets(connections).map(({ path, value }) => ({
      kind: 'link' as const,
      ref: value,
      path,
    })),
    ...placed('apps', apps).flatMap(({ path, value: { webhook } }) =>
      webhook
        ? [
            {
              kind: 'webhook' as const,
              ref: webhook.secretRef,
              path: `${path}.webhook.secretRef`,
            },
          ]
        : [],
    ),
    ...placed('apps', apps).flatMap(({ path, value: { ssoDestination } }) =>
      ssoDestination?.secretRef !== undefined
        ? [
            {
              kind: 'sso' as const,
              ref: ssoDestination.secretRef,
              path: `${path}.ssoDestination.secretRef`,
            },
          ]
        : [],
    ),
    ...placed('registrations', registrations).flatMap(({ path, value: { authentication } }) =>
      'secretRef' in authentication
        ? [
            {
              kind: 'client' as const,
              ref: authentication.secretRef,
              path: `${path}.authentication.secretRef`,
            },
          ]
        : [],
    ),
  ]
}

/** The secrets of EHRs' links, with their paths. */
export function linkSecrets(connections: RegistryFile['connections']) {
  return placed('connections', connections).flatMap(({ path, value: { signOn } }) =>
    signOn?.scheme === 'signed-link' && signOn.link.secretRef !== undefined
      ? [{ path: `${path}.signOn.link.secretRef`, value: signOn.link.secretRef }]
      : [],
  )
}
