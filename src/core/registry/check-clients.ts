import { type Problem, placed, repetitions } from './problem.ts'
import type { RegistryFile } from './registry-file.ts'

type ApiClient = RegistryFile['apps'][number]['clients'][number]

/** Members that only a private or symmetric key has (RFC 7518 §6). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** Each client of the API has public keys, in one place. */
export function checkClients({ apps }: RegistryFile): readonly Problem[] {
  return apps.flatMap((app, index) =>
    placed(`apps[${index}].clients`, app.clients).flatMap(({ path, value }) => [
      ...checkKeySource(path, value),
      ...checkKeys(`${path}.jwks.keys`, value.jwks?.keys ?? []),
    ]),
  )
}

function checkKeySource(path: string, { jwks, jwksUri }: ApiClient): readonly Problem[] {
  if ((jwks === undefined) !== (jwksUri === undefined)) return []
  return [
    {
      path,
      message: jwks
        ? 'Both jwks and jwksUri are given. Keep one.'
        : 'The client has no public key. Add jwks or jwksUri.',
    },
  ]
}

export function checkKeys(
  path: string,
  keys: NonNullable<ApiClient['jwks']>['keys'],
): readonly Problem[] {
  const places = placed(path, keys)
  return [
    ...places
      .filter(({ value }) => PRIVATE_MEMBERS.some((member) => member in value))
      .map((key) => ({
        path: key.path,
        message:
          'This is a private key. Replace it: it is known to all who can read this file. Put the public half of the new one here.',
      })),
    ...repetitions(places, ({ kid }) => kid).map(({ first, again }) => ({
      path: `${again.path}.kid`,
      message: `${first.path} has this kid too. Give each key its own.`,
    })),
  ]
}
