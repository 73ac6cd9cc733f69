import type { IGrantable } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import type { KeyAccess } from './key-access.ts'
import { generationId, type KeyGenerations } from './key-generations.ts'
import { SigningKey } from './signing-key.ts'

const ALGORITHMS = ['RS384', 'ES384'] as const

interface MessagesKey {
  readonly algorithm: (typeof ALGORITHMS)[number]
  readonly key: SigningKey
}

/**
 * The keys that SSO messages are signed with for apps that share no secret, one an algorithm: those of
 * the first generation sign, all are published.
 */
export class MessagesKeys {
  readonly #signing: readonly MessagesKey[]
  readonly #published: readonly MessagesKey[]

  constructor(scope: Construct, generations: KeyGenerations, access: KeyAccess) {
    const make = (generation: number): readonly MessagesKey[] =>
      ALGORITHMS.map((algorithm) => ({
        algorithm,
        key: new SigningKey(scope, `${generationId('MessagesKey', generation)}${algorithm}`, {
          signs: 'SSO messages',
          algorithm,
          access,
        }),
      }))
    const [first, ...others] = generations
    this.#signing = make(first)
    this.#published = [...this.#signing, ...others.flatMap(make)]
  }

  /** Those that sign, as a variable lists them by their algorithms. */
  get signing(): string {
    return asVariable(this.#signing)
  }

  /** All of them, likewise. */
  get published(): string {
    return asVariable(this.#published)
  }

  /** Lets the grantee sign with those that are in use. */
  grantSign(grantee: IGrantable): void {
    for (const { key } of this.#signing) key.grantSign(grantee)
  }

  /** Lets the grantee publish the public halves. */
  grantReadPublicKeys(grantee: IGrantable): void {
    for (const { key } of this.#published) key.grantReadPublicKey(grantee)
  }
}

function asVariable(keys: readonly MessagesKey[]): string {
  return keys.map(({ algorithm, key }) => `${algorithm}=${key.keyArn}`).join(',')
}
