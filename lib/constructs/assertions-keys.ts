import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import { generationId, type KeyGenerations } from './key-generations.ts'
import { SigningKey } from './signing-key.ts'

/** The keys that client assertions are signed with: the first signs, all are published. */
export class AssertionsKeys {
  /** Of the one that signs. */
  readonly keyArn: string
  /** With commas between. */
  readonly publishedArns: string
  readonly #keys: readonly [SigningKey, ...SigningKey[]]

  constructor(scope: Construct, generations: KeyGenerations) {
    const make = (generation: number) =>
      new SigningKey(scope, generationId('AssertionsKey', generation), {
        signs: 'client assertions',
        algorithm: 'RS384',
      })
    const [first, ...others] = generations
    this.#keys = [make(first), ...others.map(make)]
    this.keyArn = this.#keys[0].keyArn
    this.publishedArns = this.#keys.map(({ keyArn }) => keyArn).join(',')
  }

  /** Lets the grantee sign with the key that is in use. */
  grantSign(grantee: IGrantable): Grant {
    return this.#keys[0].grantSign(grantee)
  }

  /** Lets the grantee publish the public halves. */
  grantReadPublicKeys(grantee: IGrantable): void {
    for (const key of this.#keys) key.grantReadPublicKey(grantee)
  }
}
