import { describe, expect, it } from 'vitest'
import { trySecrets } from '#core/oauth/try-secrets.ts'
import type { ClientAuthentication } from '#core/registry/registry.ts'
import { Secret } from '#core/secret.ts'
import { aRegistration } from '../../../fixtures.ts'

/** Tries until one of `accepted` was presented, and tells what was presented in turn. */
async function tried(options: {
  readonly kept?: readonly string[]
  readonly fresh?: readonly string[]
  readonly accepted?: readonly string[]
  readonly authentication?: ClientAuthentication
}) {
  const { kept = ['one'], fresh = [], accepted = [] } = options
  const { authentication = { method: 'client_secret_basic', secretRef: 'general' } } = options
  const presented: (string | undefined)[] = []
  const answer = await trySecrets(
    aRegistration({ authentication }),
    { read: async (_, { fresh: isFresh = false } = {}) => (isFresh ? fresh : kept).map(secret) },
    async (presenting) => {
      presented.push(presenting?.reveal())
      return presenting?.reveal() ?? 'none'
    },
    async (refused) => !accepted.includes(refused),
  )
  return { presented, answer }
}

const secret = (text: string) => new Secret(text)

describe('trySecrets', () => {
  it('asks nobody for a secret where the client has none, and asks once', async () => {
    const { presented } = await tried({ authentication: { method: 'none' } })

    expect(presented).toEqual([undefined])
  })

  it('reads past the cache only when the kept one was refused', async () => {
    const { presented, answer } = await tried({ fresh: ['two'], accepted: ['one'] })

    expect({ presented, answer }).toEqual({ presented: ['one'], answer: 'one' })
  })

  it('stops at the first that is taken: another would be one guess more at the EHR', async () => {
    const { presented, answer } = await tried({ fresh: ['two', 'three'], accepted: ['two'] })

    expect({ presented, answer }).toEqual({ presented: ['one', 'two'], answer: 'two' })
  })

  it('presents each once, however often it is set', async () => {
    const { presented } = await tried({ fresh: ['two', 'two', 'one', 'two'] })

    expect(presented).toEqual(['one', 'two'])
  })

  it('takes the one that was set since, where none was kept', async () => {
    const { presented, answer } = await tried({ kept: [], fresh: ['two'], accepted: ['two'] })

    expect({ presented, answer }).toEqual({ presented: [undefined, 'two'], answer: 'two' })
  })
})
