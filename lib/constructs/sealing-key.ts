import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam'
import { Key } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'

/** Session tokens are sealed under this key, and nothing else is. */
export class SealingKey extends Construct {
  readonly keyArn: string

  constructor(scope: Construct, id: string) {
    super(scope, id)

    const key = new Key(this, 'Resource', {
      description: 'Sallyport: seals session tokens',
      enableKeyRotation: true,
    })
    this.keyArn = key.keyArn
  }

  /** Lets the grantee seal tokens, and not open any. */
  grantSealTokens(grantee: IGrantable): Grant {
    return this.#grant(grantee, 'kms:GenerateDataKey')
  }

  /** Lets the grantee open sealed tokens, and not seal any. */
  grantOpenTokens(grantee: IGrantable): Grant {
    return this.#grant(grantee, 'kms:Decrypt')
  }

  #grant(grantee: IGrantable, action: string): Grant {
    return Grant.addToPrincipal({ grantee, actions: [action], resourceArns: [this.keyArn] })
  }
}
