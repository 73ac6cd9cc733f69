import type { IGrantable } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import type { KeyAccess } from './key-access.ts'
import { SigningKey } from './signing-key.ts'

/** The keys that SSO messages are signed with for apps that share no secret: one an algorithm. */
export class MessagesKeys {
  /** Of both, as a variable lists them by their algorithms. */
  readonly published: string
  readonly #keys: readonly SigningKey[]

  constructor(scope: Construct, access: KeyAccess) {
    const keys = (['RS384', 'ES384'] as const).map((algorithm) => ({
      algorithm,
      key: new SigningKey(scope, `MessagesKey${algorithm}`, {
        signs: 'SSO messages',
        algorithm,
        access,
      }),
    }))
    this.#keys = keys.map(({ key }) => key)
    this.published = keys.map(({ algorithm, key }) => `${algorithm}=${key.keyArn}`).join(',')
  }

  /** Lets the grantee sign with either. */
  grantSign(grantee: IGrantable): void {
    for (const key of this.#keys) key.grantSign(grantee)
  }

  /** Lets the grantee publish the public halves. */
  grantReadPublicKeys(grantee: IGrantable): void {
    for (const key of this.#keys) key.grantReadPublicKey(grantee)
  }
}
