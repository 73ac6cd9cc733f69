import type { Registration, SecretReader } from '#core/registry/registry.ts'
import type { Secret } from '#core/secret.ts'

/**
 * Makes a request of a client, and after `invalid_client`, which uses up neither code nor refresh
 * token, makes it again with another secret if there is one: the one that is set by now, then the one
 * before it. So a secret can be changed at the EHR before or after it is changed here.
 *
 * @param attempt is handed no secret where the client has none
 */
export async function trySecrets<Answer>(
  { authentication }: Registration,
  secrets: SecretReader,
  attempt: (secret: Secret | undefined) => Promise<Answer>,
  isRefused: (answer: Answer) => boolean | Promise<boolean>,
): Promise<Answer> {
  if (!('secretRef' in authentication)) return attempt(undefined)

  const { secretRef } = authentication
  const [kept] = await secrets.read(secretRef)
  let answer = await attempt(kept)
  if (!(await isRefused(answer))) return answer

  const tried = new Set([kept?.reveal()])
  for (const secret of await secrets.read(secretRef, { fresh: true })) {
    if (tried.has(secret.reveal())) continue
    tried.add(secret.reveal())
    answer = await attempt(secret)
    if (!(await isRefused(answer))) break
  }
  return answer
}
