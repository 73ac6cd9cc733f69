import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import type { KeyAccess } from './key-access.ts'
import { generationId, type KeyGenerations } from './key-generations.ts'
import { SigningKey } from './signing-key.ts'

/** The keys that apps' access tokens are signed with, and nothing else is: the first signs, all are taken. */
export class TokensKeys {
  /** The one that signs. */
  readonly signingKeyArn: string
  /** Of all, with commas between. */
  readonly keyArns: string
  readonly #first: SigningKey
  readonly #all: readonly SigningKey[]

  constructor(scope: Construct, generations: KeyGenerations, access: KeyAccess) {
    const make = (generation: number) =>
      new SigningKey(scope, generationId('TokensKey', generation), {
        signs: 'access tokens for apps',
        algorithm: 'ES256',
        access,
      })
    const [first, ...others] = generations
    this.#first = make(first)
    this.#all = [this.#first, ...others.map(make)]
    this.signingKeyArn = this.#first.keyArn
    this.keyArns = this.#all.map(({ keyArn }) => keyArn).join(',')
  }

  /** Lets the grantee sign with the key that is in use. */
  grantSign(grantee: IGrantable): Grant {
    return this.#first.grantSign(grantee)
  }

  /** Lets the grantee check what any of them has signed. */
  grantVerify(grantee: IGrantable): void {
    for (const key of this.#all) key.grantReadPublicKey(grantee)
  }
}
