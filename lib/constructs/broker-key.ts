import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam'
import { Key, type KeyProps } from 'aws-cdk-lib/aws-kms'
import type { Construct } from 'constructs'
import type { KeyAccess } from './key-access.ts'
import { KeyUsers } from './key-users.ts'

export interface BrokerKeyProps extends Omit<KeyProps, 'policy'> {
  /** Who may look after the deployment's keys, and use them. */
  readonly access: KeyAccess
  /** All that the key is for. */
  readonly usage: readonly string[]
}

/** A key in KMS, whose policy lets those use it that it was granted to, where the deployment wants that. */
export class BrokerKey {
  readonly key: Key
  readonly keyArn: string
  readonly #users = new KeyUsers()

  constructor(scope: Construct, id: string, { access, usage, ...props }: BrokerKeyProps) {
    const policy = access.policy(usage, () => this.#users.arns)
    this.key = new Key(scope, id, { ...props, ...(policy && { policy }) })
    this.keyArn = this.key.keyArn
  }

  /** Lets the grantee do this with the key. */
  grant(grantee: IGrantable, actions: readonly string[]): Grant {
    this.#users.add(grantee)
    return Grant.addToPrincipal({ grantee, actions: [...actions], resourceArns: [this.keyArn] })
  }
}
