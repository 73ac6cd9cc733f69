import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam'
import { KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import { BrokerKey } from './broker-key.ts'
import type { KeyAccess } from './key-access.ts'

export interface SigningKeyProps {
  /** What the key signs, in a few words. */
  readonly signs: string
  /** The JWS algorithm (RFC 7518 section 3.1) that the key is made for. */
  readonly algorithm: keyof typeof KEY_SPECS
  readonly access: KeyAccess
}

const KEY_SPECS = {
  RS256: KeySpec.RSA_3072,
  RS384: KeySpec.RSA_3072,
  ES256: KeySpec.ECC_NIST_P256,
  ES384: KeySpec.ECC_NIST_P384,
} as const

/** Signs JWTs; its private half never leaves KMS. Asymmetric keys do not rotate by themselves. */
export class SigningKey extends Construct {
  readonly keyArn: string
  readonly #key: BrokerKey

  constructor(scope: Construct, id: string, props: SigningKeyProps) {
    super(scope, id)

    this.#key = new BrokerKey(this, 'Resource', {
      access: props.access,
      usage: ['kms:DescribeKey', 'kms:GetPublicKey', 'kms:Sign', 'kms:Verify'],
      description: `Sallyport: signs ${props.signs}`,
      keySpec: KEY_SPECS[props.algorithm],
      keyUsage: KeyUsage.SIGN_VERIFY,
    })
    this.keyArn = this.#key.keyArn
  }

  /** Lets the grantee sign, and name the key by its public half in the JWT's header. */
  grantSign(grantee: IGrantable): Grant {
    return this.#key.grant(grantee, ['kms:Sign']).combine(this.grantReadPublicKey(grantee))
  }

  /** Lets the grantee publish the public half, or check signatures with it. */
  grantReadPublicKey(grantee: IGrantable): Grant {
    return this.#key.grant(grantee, ['kms:GetPublicKey'])
  }
}
