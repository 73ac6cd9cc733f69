import { buildDecrypt } from '@aws-crypto/decrypt-node'
import { buildEncrypt } from '@aws-crypto/encrypt-node'
import { KmsKeyringNode } from '@aws-crypto/kms-keyring-node'
import { AlgorithmSuiteIdentifier, CommitmentPolicy } from '@aws-crypto/material-management-node'
import { KMSClient } from '@aws-sdk/client-kms'
import { describe, expect, it } from 'vitest'
import { encryptionSdkClient } from '#adapters/kms/encryption-sdk-client.ts'
import { toPayload } from '#adapters/kms/sealed-payload.ts'
import { kmsTokenVault } from '#adapters/kms/token-vault.ts'
import { Secret } from '#core/secret.ts'
import { createTables } from './local-aws.ts'
import { tokenVaultContract } from './token-vault.contract.ts'

const tokens = {
  accessToken: new Secret('access-token'),
  tokenEndpoint: 'https://login.general.example/token',
  issuer: 'https://login.general.example',
  pagingKey: new Secret('paging-key'),
}
const binding = { session: 'session-key-hash', tokenVersion: 1, connection: 'general-production' }
const SUITE = AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY
const refused = (reason: string) => ({ code: 'session_over', detail: { reason } })

async function setup() {
  const { aws, kms, keys } = await createTables()
  const newVault = () => kmsTokenVault({ kms, keyArns: [keys.sealing] })
  const kmsCalls = () =>
    aws.calls.filter(({ service }) => service === 'kms').map(({ action }) => action)
  const keyring = new KmsKeyringNode({
    generatorKeyId: keys.sealing,
    clientProvider: () => encryptionSdkClient(kms),
  })
  return { vault: newVault(), newVault, kmsCalls, keyring, keys, kms }
}

/** A message whose head has its one encrypted data key two times. */
function withDataKeyTwice(message: Buffer): Buffer {
  // Version, suite and message id; then the context, by its length.
  const countAt = 37 + message.readUInt16BE(35)
  let end = countAt + 2
  for (let field = 0; field < 3; field += 1) end += 2 + message.readUInt16BE(end)
  const dataKey = message.subarray(countAt + 2, end)
  return Buffer.concat([
    message.subarray(0, countAt),
    Buffer.from([0, 2]),
    dataKey,
    dataKey,
    message.subarray(end),
  ])
}

describe('kmsTokenVault', () => {
  tokenVaultContract(async () => {
    const { kms, keys } = await createTables()
    return kmsTokenVault({ kms, keyArns: [keys.sealing] })
  })

  it('opens in one instance what another sealed', async () => {
    const { vault, newVault } = await setup()
    const sealed = await vault.seal(tokens, binding)

    const { accessToken } = await newVault().open(sealed, binding)

    expect(accessToken.reveal()).toBe('access-token')
  })

  it('asks KMS for one data key for many sets of one connection', async () => {
    const { vault, kmsCalls } = await setup()

    for (let tokenVersion = 1; tokenVersion <= 5; tokenVersion += 1) {
      await vault.seal(tokens, { ...binding, tokenVersion })
    }

    expect(kmsCalls()).toEqual(['GenerateDataKey'])
  })

  it('asks KMS once for a data key that it opens with, and not at all when it is warm', async () => {
    const { vault, newVault, kmsCalls } = await setup()
    const one = await vault.seal(tokens, binding)
    const two = await vault.seal(tokens, { ...binding, session: 'another' })
    const reader = newVault()

    await reader.open(one, binding)
    await reader.open(one, binding)
    await reader.open(two, { ...binding, session: 'another' })

    expect(kmsCalls()).toEqual(['GenerateDataKey', 'Decrypt'])
  })

  it('asks KMS once for a data key that many need at once, to seal and to open', async () => {
    const { vault, newVault, kmsCalls } = await setup()
    const bindings = Array.from({ length: 24 }, (_, index) => ({
      session: `session-${index}`,
      tokenVersion: 1,
      connection: `connection-${index % 3}`,
    }))

    const sealed = await Promise.all(bindings.map((one) => vault.seal(tokens, one)))
    const reader = newVault()
    const opened = await Promise.all(
      bindings.map((one, index) => reader.open(sealed[index] ?? new Uint8Array(), one)),
    )

    expect(opened.map(({ accessToken }) => accessToken.reveal())).toEqual(
      bindings.map(() => 'access-token'),
    )
    expect(kmsCalls().toSorted()).toEqual([
      ...Array(3).fill('Decrypt'),
      ...Array(3).fill('GenerateDataKey'),
    ])
  })

  it('seals with the suite that commits to its key and does not sign, for one connection', async () => {
    const { vault, keyring } = await setup()
    const { decrypt } = buildDecrypt(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)

    const { messageHeader } = await decrypt(keyring, await vault.seal(tokens, binding))

    expect(messageHeader.suiteId).toBe(SUITE)
    expect({ ...messageHeader.encryptionContext }).toEqual({
      purpose: 'session-tokens',
      connection: 'general-production',
    })
  })

  it('opens nothing that was sealed for another purpose, or claims another connection', async () => {
    const { vault, keyring } = await setup()
    const { encrypt } = buildEncrypt(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)
    const payload = toPayload({ tokens, binding })
    const sealedUnder = async (encryptionContext: Record<string, string>) =>
      (await encrypt(keyring, payload, { suiteId: SUITE, encryptionContext })).result

    for (const context of [
      { purpose: 'something-else', connection: binding.connection },
      { purpose: 'session-tokens', connection: 'another' },
      { purpose: 'session-tokens' },
      { purpose: 'session-tokens', connection: binding.connection, further: 'x' },
    ]) {
      const sealed = await sealedUnder(context)
      await expect(vault.open(sealed, binding)).rejects.toMatchObject(
        refused('vault_context_mismatch'),
      )
    }
  })

  it('opens nothing that is sealed for several keys, and asks KMS nothing about it', async () => {
    const { vault, newVault, kmsCalls } = await setup()
    const sealed = Buffer.from(await vault.seal(tokens, binding))
    const twice = withDataKeyTwice(sealed)
    const foreign = Buffer.from(twice)
    foreign.write('arn:aws:kms:us-east-2:', foreign.lastIndexOf('arn:aws:kms:'))

    await expect(newVault().open(twice, binding)).rejects.toMatchObject(
      refused('vault_ciphertext_invalid'),
    )
    await expect(newVault().open(foreign, binding)).rejects.toMatchObject(
      refused('vault_key_unknown'),
    )
    expect(kmsCalls()).toEqual(['GenerateDataKey'])
  })

  it('opens nothing that is far longer than any token set', async () => {
    const { vault, keyring } = await setup()
    const { encrypt } = buildEncrypt(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)
    const accessToken = new Secret('x'.repeat(300_000))
    const { result } = await encrypt(
      keyring,
      toPayload({ tokens: { ...tokens, accessToken }, binding }),
      {
        suiteId: SUITE,
        encryptionContext: { purpose: 'session-tokens', connection: binding.connection },
        frameLength: 512 * 1024,
      },
    )

    await expect(vault.open(result, binding)).rejects.toMatchObject(
      refused('vault_ciphertext_invalid'),
    )
  })

  it('opens nothing that does not commit to its key', async () => {
    const { vault, keyring } = await setup()
    const { encrypt } = buildEncrypt(CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT)
    const { result } = await encrypt(keyring, toPayload({ tokens, binding }), {
      suiteId: AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA256,
      encryptionContext: { purpose: 'session-tokens', connection: binding.connection },
    })

    await expect(vault.open(result, binding)).rejects.toMatchObject(
      refused('vault_ciphertext_invalid'),
    )
  })

  it('opens nothing that is signed, and asks KMS nothing about it', async () => {
    const { vault, keyring, kmsCalls } = await setup()
    const { encrypt } = buildEncrypt(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)
    const { result } = await encrypt(keyring, toPayload({ tokens, binding }), {
      suiteId: AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY_ECDSA_P384,
      encryptionContext: { purpose: 'session-tokens', connection: binding.connection },
    })
    const before = kmsCalls().length

    await expect(vault.open(result, binding)).rejects.toMatchObject(
      refused('vault_ciphertext_invalid'),
    )
    expect(kmsCalls()).toHaveLength(before)
  })

  it('opens nothing that was sealed under another key', async () => {
    const { vault } = await setup()
    const { vault: foreign } = await setup()

    const sealed = await foreign.seal(tokens, binding)

    await expect(vault.open(sealed, binding)).rejects.toMatchObject(refused('vault_key_unknown'))
  })

  it('opens nothing whose context was changed in place, which KMS would have to be asked about', async () => {
    const { vault, newVault, kmsCalls } = await setup()
    const sealed = await vault.seal(tokens, { ...binding, connection: 'general-productioN' })
    const changed = Buffer.from(sealed)
    const at = changed.indexOf('general-productioN')
    changed.write('general-production', at)

    await expect(newVault().open(changed, binding)).rejects.toMatchObject(
      refused('vault_ciphertext_invalid'),
    )
    expect(kmsCalls()).toEqual(['GenerateDataKey', 'Decrypt'])
  })

  it('says of no session that it is over while KMS is out of reach, to any of many who ask', async () => {
    const { vault, keys, kms } = await setup()
    const sealed = await vault.seal(tokens, binding)
    kms.destroy()
    const away = new KMSClient({
      endpoint: 'http://127.0.0.1:9',
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    })

    const cut = kmsTokenVault({ kms: away, keyArns: [keys.sealing] })
    const asked = [cut.open(sealed, binding), cut.open(sealed, binding), cut.open(sealed, binding)]

    for (const answer of await Promise.allSettled(asked)) {
      expect(answer).toMatchObject({
        status: 'rejected',
        reason: { code: 'internal_error', detail: { reason: 'vault_open_failed' } },
      })
    }
  })
})
