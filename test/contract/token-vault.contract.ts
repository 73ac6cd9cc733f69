import { describe, expect, it } from 'vitest'
import { BrokerError } from '#core/errors.ts'
import { BoundToken, bindingKey } from '#core/oauth/bound-token.ts'
import { Secret } from '#core/secret.ts'
import type { TokenSet, TokenVault } from '#core/tokens/token-vault.ts'

const tokens: TokenSet = {
  accessToken: new Secret('access-canary-4c1d'),
  refreshToken: new Secret('refresh-canary-9e27'),
  tokenEndpoint: 'https://login.general.example/token',
  issuer: 'https://login.general.example',
  clientId: 'client-of-the-launch',
  subject: 'user-8841',
  pagingKey: new Secret('paging-canary-71b3'),
}
const binding = { session: 'session-key-hash', tokenVersion: 3, connection: 'general-production' }

/** Values in clear, because a `Secret` shows nothing to compare. */
function revealed({ accessToken, refreshToken, pagingKey, ...clear }: TokenSet) {
  return {
    ...clear,
    accessToken: accessToken.reveal(),
    refreshToken: refreshToken?.reveal(),
    pagingKey: pagingKey.reveal(),
  }
}

/** What every {@link TokenVault} owes its callers. Each adapter's test runs it. */
export function tokenVaultContract(createVault: () => Promise<TokenVault>): void {
  describe('as a TokenVault', () => {
    async function setup() {
      const vault = await createVault()
      return { vault, sealed: await vault.seal(tokens, binding) }
    }
    const refused = (
      opening: Promise<unknown>,
      reason: unknown = expect.stringMatching(/^vault_/),
    ) =>
      expect(opening).rejects.toMatchObject({
        name: BrokerError.name,
        code: 'session_over',
        detail: { reason },
      })

    it('opens what it sealed, again and again', async () => {
      const { vault, sealed } = await setup()

      expect(revealed(await vault.open(sealed, binding))).toEqual(revealed(tokens))
      expect(revealed(await vault.open(sealed, binding))).toEqual(revealed(tokens))
    })

    it('keeps the key that an access token is bound to, and shows nothing of it', async () => {
      const { vault } = await setup()
      const key = new Secret('dpop-canary-2b90')
      const bound = { ...tokens, accessToken: new BoundToken('access-canary-4c1d', key) }

      const sealed = await vault.seal(bound, binding)

      expect(Buffer.from(sealed).toString('latin1')).not.toContain('canary')
      const { accessToken } = await vault.open(sealed, binding)
      expect(accessToken.reveal()).toBe('access-canary-4c1d')
      expect(bindingKey(accessToken)?.reveal()).toBe('dpop-canary-2b90')
      const { accessToken: unbound } = await vault.open(await vault.seal(tokens, binding), binding)
      expect(bindingKey(unbound)).toBeUndefined()
    })

    it('opens a set without refresh token, client and subject', async () => {
      const { vault } = await setup()
      const { refreshToken, clientId, subject, ...fewer } = tokens

      const opened = await vault.open(await vault.seal(fewer, binding), binding)

      expect(opened).not.toHaveProperty('refreshToken')
      expect(opened).not.toHaveProperty('clientId')
      expect(revealed(opened)).toEqual(revealed(fewer))
    })

    it('seals one set to other bytes each time', async () => {
      const { vault, sealed } = await setup()

      expect(await vault.seal(tokens, binding)).not.toEqual(sealed)
    })

    it('shows no token in the sealed bytes', async () => {
      const { sealed } = await setup()

      const text = Buffer.from(sealed).toString('latin1')
      for (const { accessToken, refreshToken } of [tokens]) {
        for (const secret of [accessToken.reveal(), refreshToken?.reveal() ?? '']) {
          expect(text).not.toContain(secret)
          expect(text).not.toContain(Buffer.from(secret).toString('base64').slice(0, 16))
        }
      }
    })

    it.each([
      ['another session', { ...binding, session: 'another' }, 'vault_session_mismatch'],
      ['a newer token version', { ...binding, tokenVersion: 4 }, 'vault_version_mismatch'],
      ['another connection', { ...binding, connection: 'another' }, 'vault_context_mismatch'],
    ])('opens nothing under %s, warm or cold, and says why', async (_, other, reason) => {
      const { vault, sealed } = await setup()

      await refused(vault.open(sealed, other), reason)
      await vault.open(sealed, binding)
      await refused(vault.open(sealed, other), reason)
    })

    it.each([1, 16, 100])('opens nothing that was cut short by %d bytes', async (bytes) => {
      const { vault, sealed } = await setup()

      await refused(vault.open(sealed.slice(0, -bytes), binding), 'vault_ciphertext_invalid')
    })

    it('opens nothing that was changed by one bit, wherever it is', async () => {
      const { vault, sealed } = await setup()
      const places = Array.from({ length: 24 }, (_, part) =>
        Math.floor((part * (sealed.length - 1)) / 23),
      )

      for (const place of places) {
        const changed = Uint8Array.from(sealed)
        changed[place] = (changed[place] ?? 0) ^ 1
        await refused(vault.open(changed, binding))
      }
    })

    it.each([
      ['nothing', new Uint8Array()],
      ['noise', new Uint8Array(500).fill(7)],
    ])('opens not %s', async (_, bytes) => {
      const { vault } = await setup()

      await refused(vault.open(bytes, binding), 'vault_ciphertext_invalid')
    })
  })
}
