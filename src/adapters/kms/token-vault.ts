import { createHash } from 'node:crypto'
import {
  getLocalCryptographicMaterialsCache,
  NodeCachingMaterialsManager,
} from '@aws-crypto/caching-materials-manager-node'
import { buildDecrypt } from '@aws-crypto/decrypt-node'
import { buildEncrypt } from '@aws-crypto/encrypt-node'
import { KmsKeyringNode } from '@aws-crypto/kms-keyring-node'
import { AlgorithmSuiteIdentifier, CommitmentPolicy } from '@aws-crypto/material-management-node'
import type { KMSClient } from '@aws-sdk/client-kms'
import { BrokerError } from '#core/errors.ts'
import { recentMap } from '#core/recent-map.ts'
import type { SealBinding, TokenSet, TokenVault } from '#core/tokens/token-vault.ts'
import { type VaultRefusal, vaultRefusal } from '#core/tokens/vault-refusal.ts'
import { encryptionSdkClient, type KmsOutage, kmsOutages } from './encryption-sdk-client.ts'
import { readMessageHeader } from './message-header.ts'
import { bindingMismatch, fromPayload, type SealedPayload, toPayload } from './sealed-payload.ts'
import { singleFlightMaterials } from './single-flight-materials.ts'

export interface KmsTokenVaultOptions {
  readonly kms: KMSClient
  /**
   * The `sealing` keys, by their ARNs: the keyring reads the region from them. The first seals; what
   * any of them sealed opens.
   */
  readonly keyArns: readonly [string, ...string[]]
}

/** One data key serves this much before KMS makes another. */
const DATA_KEY_LIMITS = {
  maxAge: 5 * 60 * 1000,
  maxMessagesEncrypted: 1_000,
  maxBytesEncrypted: 4 * 1024 * 1024,
} as const

/** Data keys in memory. Each instance that seals makes its own, so readers meet a good many. */
const MOST_DATA_KEYS = 500

/** Opened token sets in memory. */
const MOST_OPENED = 1_000

/** Far above any token set, far below what would trouble a Lambda. */
const MOST_BYTES = 256 * 1024

const PURPOSE = 'session-tokens'

/** Commits to its key and does not sign. */
const SUITE = AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY

/**
 * The vault on the AWS Encryption SDK: a KMS keyring behind a caching materials manager, with the
 * suite that commits to its key and does not sign, as one party writes and reads.
 *
 * The encryption context, which KMS logs and key policies can name, is purpose and connection. The
 * session and the token version stand inside, so that data keys may serve many sessions and a
 * ciphertext in another session's row still does not open. A row rolled back as a whole is not
 * detected.
 *
 * An opened set stays in memory under its ciphertext's hash: the row is read on every request, so a
 * set that was replaced or whose session has ended is not asked for again.
 */
export function kmsTokenVault({ kms, keyArns }: KmsTokenVaultOptions): TokenVault {
  const client = encryptionSdkClient(kms)
  const cache = getLocalCryptographicMaterialsCache(MOST_DATA_KEYS)
  const cached = (keys: { generatorKeyId: string } | { keyIds: string[] }) =>
    singleFlightMaterials(
      new NodeCachingMaterialsManager({
        backingMaterials: new KmsKeyringNode({ ...keys, clientProvider: () => client }),
        cache,
        ...DATA_KEY_LIMITS,
      }),
    )
  const sealing = cached({ generatorKeyId: keyArns[0] })
  const opening = cached({ keyIds: [...keyArns] })
  const sdkOptions = {
    commitmentPolicy: CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT,
    maxEncryptedDataKeys: 1,
  }
  const { encrypt } = buildEncrypt(sdkOptions)
  const { decrypt } = buildDecrypt(sdkOptions)
  const opened = recentMap<SealedPayload>(MOST_OPENED)

  /** What the head alone says against a message; KMS is not asked about it then. */
  function headMismatch(sealed: Uint8Array, { connection }: SealBinding): VaultRefusal | undefined {
    try {
      const { suiteId, encryptionContext, providerInfos } = readMessageHeader(sealed)
      if (suiteId !== SUITE) return 'vault_ciphertext_invalid'
      const names = Object.keys(encryptionContext).sort().join()
      const isOurs =
        names === 'connection,purpose' &&
        encryptionContext['purpose'] === PURPOSE &&
        encryptionContext['connection'] === connection
      if (!isOurs) return 'vault_context_mismatch'
      return providerInfos.every((info) => keyArns.includes(info)) ? undefined : 'vault_key_unknown'
    } catch {
      return 'vault_ciphertext_invalid'
    }
  }

  async function unseal(sealed: Uint8Array): Promise<SealedPayload> {
    const outage: KmsOutage = {}
    try {
      const { plaintext } = await kmsOutages.run(outage, () =>
        decrypt(opening, sealed, { maxBodySize: MOST_BYTES }),
      )
      return fromPayload(plaintext)
    } catch (error) {
      if (!outage.error) throw vaultRefusal('vault_ciphertext_invalid', error)
      throw new BrokerError('internal_error', {
        cause: outage.error,
        detail: { reason: 'vault_open_failed' },
      })
    }
  }

  return {
    async seal(tokens: TokenSet, binding: SealBinding) {
      const plaintext = toPayload({ tokens, binding })
      const { result } = await encrypt(sealing, plaintext, {
        suiteId: SUITE,
        encryptionContext: { purpose: PURPOSE, connection: binding.connection },
        plaintextLength: plaintext.length,
      })
      return new Uint8Array(result)
    },

    async open(sealed: Uint8Array, binding: SealBinding) {
      const hash = createHash('sha256').update(sealed).digest('base64')
      const known = opened.get(hash)
      const ofHead = known ? undefined : headMismatch(sealed, binding)
      if (ofHead) throw vaultRefusal(ofHead)
      const payload = known ?? (await unseal(sealed))
      const mismatch = bindingMismatch(payload, binding)
      if (mismatch) throw vaultRefusal(mismatch)
      opened.set(hash, payload)
      return payload.tokens
    },
  }
}
