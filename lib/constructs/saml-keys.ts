import type { IGrantable } from 'aws-cdk-lib/aws-iam'
import { KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms'
import type { Construct } from 'constructs'
import { BrokerKey } from './broker-key.ts'
import type { KeyAccess } from './key-access.ts'
import { generationId, type StackKeys } from './key-generations.ts'
import { SigningKey } from './signing-key.ts'

const DECRYPT = ['kms:Decrypt', 'kms:GetPublicKey'] as const

/**
 * What identity providers know us by: a key that signs our requests, and one that they encrypt
 * assertions to. Two, because KMS lets no key do both. Their private halves never leave it. Of each
 * there are generations: the first is in use; the others are still, or will be, met with.
 */
export class SamlKeys {
  /** With commas between, the one that signs first. */
  readonly signingKeyArns: string
  /** With commas between, the one that is in the metadata first. */
  readonly encryptionKeyArns: string
  readonly #signing: readonly SigningKey[]
  readonly #encryption: readonly BrokerKey[]

  constructor(
    scope: Construct,
    { samlSigning, samlEncryption }: Pick<StackKeys, 'samlSigning' | 'samlEncryption'>,
    access: KeyAccess,
  ) {
    this.#signing = samlSigning.map(
      (generation) =>
        new SigningKey(scope, generationId('SamlSigningKey', generation), {
          signs: 'SAML requests',
          algorithm: 'RS256',
          access,
        }),
    )
    this.signingKeyArns = this.#signing.map(({ keyArn }) => keyArn).join(',')
    this.#encryption = samlEncryption.map(
      (generation) =>
        new BrokerKey(scope, generationId('SamlEncryptionKey', generation), {
          access,
          usage: [...DECRYPT, 'kms:DescribeKey', 'kms:Encrypt'],
          description: 'Sallyport: identity providers encrypt SAML assertions to it',
          keySpec: KeySpec.RSA_3072,
          keyUsage: KeyUsage.ENCRYPT_DECRYPT,
        }),
    )
    this.encryptionKeyArns = this.#encryption.map(({ keyArn }) => keyArn).join(',')
  }

  /**
   * Lets the grantee sign messages, decrypt assertions, and publish the public halves. A key that is
   * in the metadata signs the certificate around itself, whether or not it signs messages yet.
   */
  grantUse(grantee: IGrantable): void {
    for (const key of this.#signing) key.grantSign(grantee)
    for (const key of this.#encryption) key.grant(grantee, DECRYPT)
  }
}
