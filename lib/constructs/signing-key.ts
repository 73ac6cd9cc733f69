import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam'
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'

export interface SigningKeyProps {
  /** What the key signs, in a few words. */
  readonly signs: string
  /** The JWS algorithm (RFC 7518 section 3.1) that the key is made for. */
  readonly algorithm: keyof typeof KEY_SPECS
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

  constructor(scope: Construct, id: string, props: SigningKeyProps) {
    super(scope, id)

    const key = new Key(this, 'Resource', {
      description: `Sallyport: signs ${props.signs}`,
      keySpec: KEY_SPECS[props.algorithm],
      keyUsage: KeyUsage.SIGN_VERIFY,
    })
    this.keyArn = key.keyArn
  }

  /** Lets the grantee sign, and name the key by its public half in the JWT's header. */
  grantSign(grantee: IGrantable): Grant {
    return this.#grant(grantee, 'kms:Sign').combine(this.grantReadPublicKey(grantee))
  }

  /** Lets the grantee publish the public half, or check signatures with it. */
  grantReadPublicKey(grantee: IGrantable): Grant {
    return this.#grant(grantee, 'kms:GetPublicKey')
  }

  #grant(grantee: IGrantable, action: string): Grant {
    return Grant.addToPrincipal({ grantee, actions: [action], resourceArns: [this.keyArn] })
  }
}
