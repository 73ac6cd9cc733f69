import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam'
import { KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms'
import type { Construct } from 'constructs'
import { BrokerKey } from './broker-key.ts'
import type { KeyAccess } from './key-access.ts'
import { SigningKey } from './signing-key.ts'

const DECRYPT = ['kms:Decrypt', 'kms:GetPublicKey'] as const

/**
 * What identity providers know us by: a key that signs our requests, and one that they encrypt
 * assertions to. Two, because KMS lets no key do both. Their private halves never leave it.
 */
export class SamlKeys {
  readonly signingKeyArn: string
  readonly encryptionKeyArn: string
  readonly #signingKey: SigningKey
  readonly #encryptionKey: BrokerKey

  constructor(scope: Construct, access: KeyAccess) {
    this.#signingKey = new SigningKey(scope, 'SamlSigningKey', {
      signs: 'SAML requests',
      algorithm: 'RS256',
      access,
    })
    this.signingKeyArn = this.#signingKey.keyArn
    this.#encryptionKey = new BrokerKey(scope, 'SamlEncryptionKey', {
      access,
      usage: [...DECRYPT, 'kms:DescribeKey', 'kms:Encrypt'],
      description: 'Sallyport: identity providers encrypt SAML assertions to it',
      keySpec: KeySpec.RSA_3072,
      keyUsage: KeyUsage.ENCRYPT_DECRYPT,
    })
    this.encryptionKeyArn = this.#encryptionKey.keyArn
  }

  /** Lets the grantee sign messages, decrypt assertions, and publish the public halves. */
  grantUse(grantee: IGrantable): Grant {
    return this.#signingKey.grantSign(grantee).combine(this.#encryptionKey.grant(grantee, DECRYPT))
  }
}
