import { createPrivateKey, generateKeyPair, type KeyObject, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { type StateFile, stateFile } from '#local/state-file.ts'
import { AwsError } from './aws-error.ts'

/** The kinds of key that are served, and what each can sign with. */
export const KEY_SPECS = {
  SYMMETRIC_DEFAULT: [],
  RSA_2048: ['RSASSA_PKCS1_V1_5_SHA_256', 'RSASSA_PKCS1_V1_5_SHA_384', 'RSASSA_PKCS1_V1_5_SHA_512'],
  RSA_3072: ['RSASSA_PKCS1_V1_5_SHA_256', 'RSASSA_PKCS1_V1_5_SHA_384', 'RSASSA_PKCS1_V1_5_SHA_512'],
  RSA_4096: ['RSASSA_PKCS1_V1_5_SHA_256', 'RSASSA_PKCS1_V1_5_SHA_384', 'RSASSA_PKCS1_V1_5_SHA_512'],
  ECC_NIST_P256: ['ECDSA_SHA_256'],
  ECC_NIST_P384: ['ECDSA_SHA_384'],
} as const satisfies Record<string, readonly string[]>

export type KeySpec = keyof typeof KEY_SPECS

export type KeyUsage = 'ENCRYPT_DECRYPT' | 'SIGN_VERIFY'

/** What a key is for. */
export function usageOf({ spec, usage }: Pick<KeyDefinition, 'spec' | 'usage'>): KeyUsage {
  return usage ?? (spec === 'SYMMETRIC_DEFAULT' ? 'ENCRYPT_DECRYPT' : 'SIGN_VERIFY')
}

/** A key as the template describes it. */
export interface KeyDefinition {
  readonly keyId: string
  readonly spec: KeySpec
  /** Of an RSA key, which is made for one of the two; others have one use only. */
  readonly usage?: KeyUsage
  /** With the `alias/` in front. */
  readonly aliases?: readonly string[]
  readonly description?: string
  readonly enabled?: boolean
}

export interface KmsKeys {
  /**
   * The key by its id, ARN, alias or alias ARN.
   *
   * @throws AwsError `NotFoundException`
   */
  find(name: string): KeyDefinition
  arn(key: KeyDefinition): string
  /** The secret of a symmetric key: 256 random bits, made at first use. */
  symmetric(key: KeyDefinition): Buffer
  /** The private half of an asymmetric key, made at first use. */
  privateKey(key: KeyDefinition): Promise<KeyObject>
}

/** Where keys live: `arnPrefix` is `arn:<partition>:kms:<region>:<account>:`. */
export function kmsKeys(
  definitions: readonly KeyDefinition[],
  arnPrefix: string,
  file?: string,
): KmsKeys {
  const material: StateFile<string> = stateFile(file)
  const making = new Map<string, Promise<KeyObject>>()

  return {
    find(name) {
      const local = name.startsWith(arnPrefix) ? name.slice(arnPrefix.length) : name
      const id = local.replace(/^key\//, '')
      const key = definitions.find(
        ({ keyId, aliases = [] }) => keyId === id || aliases.includes(local),
      )
      if (key) return key
      throw new AwsError(
        'NotFoundException',
        local.startsWith('alias/')
          ? `Alias ${arnPrefix}${local} is not found.`
          : `Key '${name.startsWith('arn:') ? name : `${arnPrefix}key/${name}`}' does not exist`,
      )
    },
    arn: ({ keyId }) => `${arnPrefix}key/${keyId}`,
    symmetric({ keyId }) {
      const kept = material.get(keyId)
      if (kept) return Buffer.from(kept, 'base64')
      const made = randomBytes(32)
      material.set(keyId, made.toString('base64'))
      return made
    },
    privateKey(key) {
      const made = making.get(key.keyId) ?? loadOrMake(key, material)
      making.set(key.keyId, made)
      return made
    },
  }
}

async function loadOrMake(key: KeyDefinition, material: StateFile<string>): Promise<KeyObject> {
  const kept = material.get(key.keyId)
  if (kept) return createPrivateKey(kept)
  const privateKey = await makePrivateKey(key.spec)
  material.set(key.keyId, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
  return privateKey
}

async function makePrivateKey(spec: KeySpec): Promise<KeyObject> {
  const generate = promisify(generateKeyPair)
  const { privateKey } = spec.startsWith('RSA_')
    ? await generate('rsa', { modulusLength: Number(spec.slice('RSA_'.length)) })
    : await generate('ec', { namedCurve: spec === 'ECC_NIST_P384' ? 'P-384' : 'P-256' })
  return privateKey
}
