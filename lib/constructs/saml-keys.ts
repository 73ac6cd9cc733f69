import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam'
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms'
import type { Construct } from 'constructs'
import { SigningKey } from './signing-key.ts'

/**
 * What identity providers know us by: a key that signs our requests, and one that they encrypt
 * assertions to. Two, because KMS lets no key do both. Their private halves never leave it.
 */
export class SamlKeys {
  readonly signingKeyArn: string
  readonly encryptionKeyArn: string
  readonly #signingKey: SigningKey

  constructor(scope: Construct) {
    this.#signingKey = new SigningKey(scope, 'SamlSigningKey', {
      signs: 'SAML requests',
      algorithm: 'RS256',
    })
    this.signingKeyArn = this.#signingKey.keyArn
    this.encryptionKeyArn = new Key(scope, 'SamlEncryptionKey', {
      description: 'Sallyport: identity providers encrypt SAML assertions to it',
      keySpec: KeySpec.RSA_3072,
      keyUsage: KeyUsage.ENCRYPT_DECRYPT,
    }).keyArn
  }

  /** Lets the grantee sign messages, decrypt assertions, and publish the public halves. */
  grantUse(grantee: IGrantable): Grant {
    const resourceArns = [this.encryptionKeyArn]
    const actions = ['kms:Decrypt', 'kms:GetPublicKey']
    return this.#signingKey
      .grantSign(grantee)
      .combine(Grant.addToPrincipal({ grantee, actions, resourceArns }))
  }
}
