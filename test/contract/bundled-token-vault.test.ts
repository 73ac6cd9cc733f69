import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildDecrypt } from '@aws-crypto/decrypt-node'
import { buildEncrypt } from '@aws-crypto/encrypt-node'
import { KmsKeyringNode } from '@aws-crypto/kms-keyring-node'
import { AlgorithmSuiteIdentifier } from '@aws-crypto/material-management-node'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { encryptionSdkClient } from '#adapters/kms/encryption-sdk-client.ts'
import { kmsTokenVault } from '#adapters/kms/token-vault.ts'
import { Secret } from '#core/secret.ts'
import { BUNDLING } from '../../lib/constructs/bundling.ts'
import { createTables } from './local-aws.ts'

const BINDING = { session: 'session-key-hash', tokenVersion: 1, connection: 'general-production' }
const TOKENS = {
  accessToken: new Secret('access-token'),
  refreshToken: new Secret('refresh-token'),
  tokenEndpoint: 'https://login.general.example/token',
  issuer: 'https://login.general.example',
  pagingKey: new Secret('paging-key'),
}

type Vault = Pick<typeof import('#adapters/kms/token-vault.ts'), 'kmsTokenVault'>

/** The vault's module in a bundle like a function's. */
async function bundledVault(): Promise<Vault> {
  const outdir = await mkdtemp(join(tmpdir(), 'sallyport-vault-'))
  try {
    await build({
      ...BUNDLING,
      entryPoints: [{ in: 'src/adapters/kms/token-vault.ts', out: 'index' }],
      outdir,
    })
    return await import(pathToFileURL(join(outdir, 'index.mjs')).href)
  } finally {
    await rm(outdir, { recursive: true })
  }
}

describe('what a function carries of the AWS Encryption SDK', () => {
  it('opens what its packages sealed, and seals what they open', async () => {
    const { kms, keys } = await createTables()
    const options = { kms, keyArns: [keys.sealing] } as const
    const bundled = (await bundledVault()).kmsTokenVault(options)
    const unbundled = kmsTokenVault(options)

    const fromBundle = await unbundled.open(await bundled.seal(TOKENS, BINDING), BINDING)
    const intoBundle = await bundled.open(await unbundled.seal(TOKENS, BINDING), BINDING)

    for (const { accessToken, refreshToken, pagingKey } of [fromBundle, intoBundle]) {
      const revealed = [accessToken, refreshToken, pagingKey].map((secret) => secret?.reveal())
      expect(revealed).toEqual(['access-token', 'refresh-token', 'paging-key'])
    }
  })
})

describe('the packages of the AWS Encryption SDK, as they are installed', () => {
  it('sign and verify by their default suite', async () => {
    const { kms, keys } = await createTables()
    const clientProvider = () => encryptionSdkClient(kms)
    const keyring = new KmsKeyringNode({ generatorKeyId: keys.sealing, clientProvider })
    const encryptionContext = { purpose: 'session-tokens' }
    const { result } = await buildEncrypt().encrypt(keyring, 'a secret', { encryptionContext })
    const { plaintext, messageHeader } = await buildDecrypt().decrypt(keyring, result)

    expect(plaintext.toString()).toBe('a secret')
    expect(messageHeader.suiteId).toBe(
      AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY_ECDSA_P384,
    )
    expect(messageHeader.encryptionContext).toMatchObject(encryptionContext)
    const broken = Buffer.from(result)
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1
    await expect(buildDecrypt().decrypt(keyring, broken)).rejects.toThrow()
  })
})
