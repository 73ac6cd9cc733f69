import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { accessToken as accessTokenOf, bindingKey } from '#core/oauth/bound-token.ts'
import { Secret } from '#core/secret.ts'
import type { TokenSet, TokenVault } from '#core/tokens/token-vault.ts'
import { vaultRefusal } from '#core/tokens/vault-refusal.ts'

/** A vault under a key of its own that is gone with it, for tests. */
export function memoryTokenVault(): TokenVault {
  const key = randomBytes(32)

  function unseal(sealed: Uint8Array) {
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12)).setAuthTag(
        sealed.subarray(-16),
      )
      const plain = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
      return JSON.parse(plain.toString('utf8'))
    } catch (cause) {
      throw vaultRefusal('vault_ciphertext_invalid', cause)
    }
  }

  return {
    async seal({ accessToken, refreshToken, pagingKey, ...clear }, binding) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, iv)
      const secrets = {
        access: accessToken.reveal(),
        dpop: bindingKey(accessToken)?.reveal(),
        refresh: refreshToken?.reveal(),
        paging: pagingKey.reveal(),
      }
      const sealed = cipher.update(JSON.stringify({ ...secrets, clear, binding }))
      return new Uint8Array(Buffer.concat([iv, sealed, cipher.final(), cipher.getAuthTag()]))
    },

    async open(sealed, binding): Promise<TokenSet> {
      const { access, dpop, refresh, paging, clear, binding: sealedFor } = unseal(sealed)
      const { session, tokenVersion, connection } = sealedFor
      if (connection !== binding.connection) throw vaultRefusal('vault_context_mismatch')
      if (session !== binding.session) throw vaultRefusal('vault_session_mismatch')
      if (tokenVersion !== binding.tokenVersion) throw vaultRefusal('vault_version_mismatch')
      return {
        ...clear,
        accessToken: accessTokenOf(access, dpop === undefined ? undefined : new Secret(dpop)),
        ...(refresh !== undefined && { refreshToken: new Secret(refresh) }),
        pagingKey: new Secret(paging),
      }
    },
  }
}
