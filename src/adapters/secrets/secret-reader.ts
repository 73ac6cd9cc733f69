import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import type { SecretReader } from '#core/registry/registry.ts'
import { Secret } from '#core/secret.ts'
import type { Clock } from '#core/time.ts'
import { timedCache } from '#core/timed-cache.ts'

const FOUND_SECONDS = 300

/** Short, because somebody may be about to set it. */
const MISSING_SECONDS = 5

const MAX_CACHED_SECRETS = 1_000

export interface SecretsManagerReaderOptions {
  readonly client: SecretsManagerClient
  /** What stands before a reference in the secret's name; ends with `/`. */
  readonly prefix: string
  readonly now: Clock
}

/**
 * Secrets from AWS Secrets Manager: the current version, and after it the previous one if there is
 * one. Read anew after five minutes. A secret that does not exist is an empty list.
 */
export function secretsManagerReader({
  client,
  prefix,
  now,
}: SecretsManagerReaderOptions): SecretReader {
  const cache = timedCache<readonly Secret[]>({
    now,
    lifetimeSeconds: (secrets) => (secrets.length > 0 ? FOUND_SECONDS : MISSING_SECONDS),
    maxEntries: MAX_CACHED_SECRETS,
  })

  const readVersion = async (ref: string, stage: 'AWSCURRENT' | 'AWSPREVIOUS') => {
    try {
      const { SecretString } = await client.send(
        new GetSecretValueCommand({ SecretId: prefix + ref, VersionStage: stage }),
      )
      return SecretString ? [new Secret(SecretString)] : []
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return []
      throw error
    }
  }

  return {
    read(ref, options) {
      return cache.read(
        ref,
        async () => {
          const [current, previous] = await Promise.all([
            readVersion(ref, 'AWSCURRENT'),
            readVersion(ref, 'AWSPREVIOUS'),
          ])
          return [...current, ...previous]
        },
        options,
      )
    },
  }
}
