import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import { BrokerKey } from './broker-key.ts'
import type { KeyAccess } from './key-access.ts'
import { generationId, type KeyGenerations } from './key-generations.ts'

/** Session tokens are sealed under these keys, and nothing else is: the first seals, all open. */
export class SealingKeys {
  /** With commas between; the first is the one that seals. */
  readonly keyArns: string
  readonly #first: BrokerKey
  readonly #others: readonly BrokerKey[]

  constructor(scope: Construct, generations: KeyGenerations, access: KeyAccess) {
    const make = (generation: number) =>
      new BrokerKey(scope, generationId('SealingKey', generation), {
        access,
        usage: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
        description: 'Sallyport: seals session tokens',
        enableKeyRotation: true,
      })
    const [first, ...others] = generations
    this.#first = make(first)
    this.#others = others.map(make)
    this.keyArns = [this.#first, ...this.#others].map(({ keyArn }) => keyArn).join(',')
  }

  /** Lets the grantee seal tokens, and not open any. */
  grantSealTokens(grantee: IGrantable): Grant {
    return this.#first.grant(grantee, ['kms:GenerateDataKey'])
  }

  /** Lets the grantee open sealed tokens, and not seal any. */
  grantOpenTokens(grantee: IGrantable): Grant {
    return this.#others.reduce(
      (grant, key) => grant.combine(key.grant(grantee, ['kms:Decrypt'])),
      this.#first.grant(grantee, ['kms:Decrypt']),
    )
  }
}
