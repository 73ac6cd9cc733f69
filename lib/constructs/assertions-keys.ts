import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import { generationId, type SigningGeneration } from './key-generations.ts'
import { SigningKey } from './signing-key.ts'

/** The keys that client assertions are signed with: the first signs, all are published. */
export class AssertionsKeys {
  /** Of the one that signs. */
  readonly keyArn: string
  /** With commas between. */
  readonly publishedArns: string
  readonly #keys: readonly [SigningKey, ...SigningKey[]]

  constructor(scope: Construct, generations: readonly [SigningGeneration, ...SigningGeneration[]]) {
    // The algorithm is in the id too, so that a change of it never replaces a key that is in use.
    const make = ({ generation, algorithm }: SigningGeneration) =>
      new SigningKey(
        scope,
        `${generationId('AssertionsKey', generation)}${algorithm === 'ES384' ? algorithm : ''}`,
        { signs: 'client assertions', algorithm },
      )
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
