import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { BrokerError } from '#core/errors.ts'
import { Secret } from '#core/secret.ts'
import type { SealBinding, TokenSet, TokenVault } from '#core/tokens/token-vault.ts'

/** A vault under a key of its own that is gone with it, for tests. */
export function memoryTokenVault(): TokenVault {
  const key = randomBytes(32)

  const aad = ({ session, tokenVersion, connection }: SealBinding) =>
    Buffer.from(JSON.stringify([session, tokenVersion, connection]))

  return {
    async seal({ accessToken, refreshToken, pagingKey, ...clear }, binding) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(aad(binding))
      const secrets = {
        access: accessToken.reveal(),
        refresh: refreshToken?.reveal(),
        paging: pagingKey.reveal(),
      }
      const sealed = cipher.update(JSON.stringify({ ...secrets, clear }))
      return new Uint8Array(Buffer.concat([iv, sealed, cipher.final(), cipher.getAuthTag()]))
    },

    async open(sealed, binding): Promise<TokenSet> {
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12))
          .setAAD(aad(binding))
          .setAuthTag(sealed.subarray(-16))
        const plain = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
        const { access, refresh, paging, clear } = JSON.parse(plain.toString('utf8'))
        return {
          ...clear,
          accessToken: new Secret(access),
          ...(refresh !== undefined && { refreshToken: new Secret(refresh) }),
          pagingKey: new Secret(paging),
        }
      } catch (cause) {
        throw new BrokerError('internal_error', { cause, detail: { reason: 'vault_open_failed' } })
      }
    },
  }
}
