import type { IGrantable } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import type { KeyAccess } from './key-access.ts'
import { generationId, type SigningGeneration } from './key-generations.ts'
import { SigningKey } from './signing-key.ts'

interface AssertionsKey {
  readonly algorithm: SigningGeneration['algorithm']
  readonly key: SigningKey
}

/**
 * The keys that client assertions are signed with: of each algorithm the first signs, all are
 * published. The very first is for servers of which nobody knows what they want.
 */
export class AssertionsKeys {
  readonly #signing: readonly AssertionsKey[]
  readonly #published: readonly AssertionsKey[]

  constructor(
    scope: Construct,
    generations: readonly [SigningGeneration, ...SigningGeneration[]],
    access: KeyAccess,
  ) {
    // The algorithm is in the id too, so that a change of it never replaces a key that is in use.
    this.#published = generations.map(({ generation, algorithm }) => ({
      algorithm,
      key: new SigningKey(
        scope,
        `${generationId('AssertionsKey', generation)}${algorithm === 'ES384' ? algorithm : ''}`,
        { signs: 'client assertions', algorithm, access },
      ),
    }))
    this.#signing = this.#published.filter(
      ({ algorithm }, index, all) =>
        all.findIndex((other) => other.algorithm === algorithm) === index,
    )
  }

  /** Those that sign, as a variable lists them. */
  get signing(): string {
    return asVariable(this.#signing)
  }

  /** All of them, likewise. */
  get published(): string {
    return asVariable(this.#published)
  }

  /** Lets the grantee sign with the keys that are in use. */
  grantSign(grantee: IGrantable): void {
    for (const { key } of this.#signing) key.grantSign(grantee)
  }

  /** Lets the grantee publish the public halves. */
  grantReadPublicKeys(grantee: IGrantable): void {
    for (const { key } of this.#published) key.grantReadPublicKey(grantee)
  }
}

function asVariable(keys: readonly AssertionsKey[]): string {
  return keys.map(({ algorithm, key }) => `${algorithm}=${key.keyArn}`).join(',')
}
