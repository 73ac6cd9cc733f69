import { generateKeyPairSync } from 'node:crypto'
import type { KMSClient } from '@aws-sdk/client-kms'
import { describe, expect, it } from 'vitest'
import { kmsSamlKeys } from '#adapters/kms/saml-keys.ts'
import { kmsSigner } from '#adapters/kms/signer.ts'

const SIGNING = 'arn:aws:kms:us-east-1:000000000000:key/signing'
const ENCRYPTION = 'arn:aws:kms:us-east-1:000000000000:key/encryption'

/** A KMS that gives these answers in turn, and then the last one; errors among them it throws. */
function kmsAnswering(...answers: readonly (object | Error)[]) {
  const asked: unknown[] = []
  const kms = {
    async send({ input }: { readonly input: object }) {
      const answer = answers[Math.min(asked.length, answers.length - 1)]
      asked.push(input)
      if (answer instanceof Error) throw answer
      return answer
    },
  }
  return { kms: kms as unknown as KMSClient, asked }
}

const elliptic = (namedCurve: string) => ({
  PublicKey: generateKeyPairSync('ec', { namedCurve }).publicKey.export({
    format: 'der',
    type: 'spki',
  }),
})

describe('kmsSamlKeys', () => {
  const setup = (...answers: readonly (object | Error)[]) => {
    const { kms, asked } = kmsAnswering(...answers)
    const keys = kmsSamlKeys({
      kms,
      signingKeyArns: [SIGNING],
      encryptionKeyArns: [ENCRYPTION],
    })
    return { keys, signingKey: keys.signingKeys[0], asked }
  }

  it('fails where KMS answers without what it was asked for', async () => {
    const { keys, signingKey } = setup({})

    await expect(keys.sign(new Uint8Array(1))).rejects.toThrow('no signature')
    await expect(keys.unwrapKey(new Uint8Array(1), 'RSAES_OAEP_SHA_256')).rejects.toThrow(
      'no plaintext',
    )
    await expect(signingKey.publicKey()).rejects.toThrow('no public key')
  })

  it('has each use of its own key', async () => {
    const { keys, signingKey, asked } = setup({
      Signature: new Uint8Array(1),
      Plaintext: new Uint8Array(1),
      PublicKey: new Uint8Array(1),
    })

    await keys.sign(new Uint8Array(1))
    await signingKey.publicKey()
    await keys.unwrapKey(new Uint8Array(1), 'RSAES_OAEP_SHA_256')
    await keys.encryptionKey()

    expect(asked).toMatchObject(
      [SIGNING, SIGNING, ENCRYPTION, ENCRYPTION].map((KeyId) => ({ KeyId })),
    )
    expect(asked[0]).toMatchObject({ MessageType: 'RAW' })
  })

  it('reads a public key again where that failed, and not where it came', async () => {
    const PublicKey = new Uint8Array([4])
    const { signingKey, asked } = setup(new Error('KMS is away'), { PublicKey })

    await expect(signingKey.publicKey()).rejects.toThrow('KMS is away')
    await Promise.all([signingKey.publicKey(), signingKey.publicKey()])

    expect(await signingKey.publicKey()).toBe(PublicKey)
    expect(asked).toHaveLength(2)
  })
})

describe('kmsSigner', () => {
  it('fails where KMS answers without what it was asked for', async () => {
    const without = kmsSigner({ ...kmsAnswering({}), keyArn: SIGNING, alg: 'ES256' })
    const silent = kmsSigner({
      ...kmsAnswering(elliptic('P-256'), {}),
      keyArn: SIGNING,
      alg: 'ES256',
    })

    await expect(without.publicJwk()).rejects.toThrow('no public key')
    await expect(silent.signJwt('JWT', {})).rejects.toThrow('no signature')
  })

  it.each([
    ['RS384', 'P-256'],
    ['ES256', 'P-384'],
    ['ES384', 'P-256'],
  ] as const)('takes no key for %s that is on %s', async (alg, curve) => {
    const signer = kmsSigner({ ...kmsAnswering(elliptic(curve)), keyArn: SIGNING, alg })

    await expect(signer.publicJwk()).rejects.toThrow(`The key is not one for ${alg}`)
  })
})
