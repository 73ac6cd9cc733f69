import { describe, expect, it } from 'vitest'
import { memorySecretReader } from '#adapters/memory/secret-reader.ts'
import { BrokerError } from '#core/errors.ts'
import type { Registration } from '#core/registry/registry.ts'
import { Secret } from '#core/secret.ts'
import { type RefreshGrantDeps, refreshGrant } from '#core/tokens/refresh-grant.ts'
import { aConnection, aRegistration, aRegistry, aSession, NOW } from '../../../fixtures.ts'
import { recordingLog } from '../../../support/recording-log.ts'

const ISSUER = 'https://login.general.example'

/** Presents a refresh token where something on our own side is out of order. */
function present(changes: Partial<RefreshGrantDeps>, refreshToken?: Secret) {
  const authentication: Registration['authentication'] = {
    method: 'client_secret_basic',
    secretRef: 'general',
  }
  const grant = refreshGrant({
    registry: aRegistry({
      connections: [aConnection()],
      registrations: [aRegistration({ authentication })],
    }),
    secrets: memorySecretReader({ general: ['secret'] }),
    signers: [],
    egress: () => Promise.reject(new Error('nothing is sent')),
    redirectUri: 'https://api.example/redirect',
    log: recordingLog(),
    now: () => NOW,
    ...changes,
  })
  return grant({
    session: aSession(),
    tokens: {
      accessToken: new Secret('access'),
      ...(refreshToken && { refreshToken }),
      tokenEndpoint: `${ISSUER}/token`,
      issuer: ISSUER,
      pagingKey: new Secret('paging-key'),
    },
    remainingMs: () => 8_000,
  })
}

describe('a refresh token that is not presented for a reason of our own', () => {
  const token = new Secret('refresh')

  it('stays good where the registry is away', async () => {
    const registry = {
      ...aRegistry({}),
      findConnection: () => Promise.reject(new Error('The table is away')),
    }

    expect(await present({ registry }, token)).toEqual({
      kind: 'unavailable',
      detail: { reason: 'registry_unavailable' },
    })
  })

  it.each<[string, Error]>([
    ['secret_missing', new BrokerError('internal_error', { detail: { reason: 'secret_missing' } })],
    ['internal_error', new Error('Secrets Manager is away')],
  ])('stays good where its client’s secret cannot be read (%s)', async (reason, error) => {
    const secrets = { read: () => Promise.reject(error) }

    expect(await present({ secrets }, token)).toEqual({ kind: 'unavailable', detail: { reason } })
  })

  it('is not there: then there is nothing to renew by', async () => {
    expect(await present({})).toEqual({
      kind: 'revoked',
      detail: { host: 'login.general.example', reason: 'no_refresh_token' },
    })
  })
})
