import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam'
import { Key } from 'aws-cdk-lib/aws-kms'
import type { Construct } from 'constructs'
import { generationId, type KeyGenerations } from './key-generations.ts'

/** Session tokens are sealed under these keys, and nothing else is: the first seals, all open. */
export class SealingKeys {
  /** With commas between; the first is the one that seals. */
  readonly keyArns: string
  readonly #arns: readonly [string, ...string[]]

  constructor(scope: Construct, generations: KeyGenerations) {
    const make = (generation: number) =>
      new Key(scope, generationId('SealingKey', generation), {
        description: 'Sallyport: seals session tokens',
        enableKeyRotation: true,
      }).keyArn
    const [first, ...others] = generations
    this.#arns = [make(first), ...others.map(make)]
    this.keyArns = this.#arns.join(',')
  }

  /** Lets the grantee seal tokens, and not open any. */
  grantSealTokens(grantee: IGrantable): Grant {
    return grant(grantee, 'kms:GenerateDataKey', [this.#arns[0]])
  }

  /** Lets the grantee open sealed tokens, and not seal any. */
  grantOpenTokens(grantee: IGrantable): Grant {
    return grant(grantee, 'kms:Decrypt', [...this.#arns])
  }
}

function grant(grantee: IGrantable, action: string, resourceArns: string[]): Grant {
  return Grant.addToPrincipal({ grantee, actions: [action], resourceArns })
}
