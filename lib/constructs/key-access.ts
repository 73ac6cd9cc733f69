import { DefaultStackSynthesizer, Fn, Lazy, Stack } from 'aws-cdk-lib'
import {
  AccountRootPrincipal,
  type Conditions,
  PolicyDocument,
  PolicyStatement,
} from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'

/** What looking after a key takes. No use of it, and no grant, which would be a use by another. */
const ADMINISTRATION = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
]

export interface KeyAccessProps {
  /** Roles that administer the keys. @default whom IAM lets */
  readonly administrators?: readonly string[] | undefined
  /** Roles that use the keys, beside the functions. @default whom IAM lets */
  readonly users?: readonly string[] | undefined
}

/**
 * Who may look after the deployment's keys, and who may use them: two lists, by key policy, which no
 * policy of IAM widens. The role that deploys is in both, since it sets policies and makes tables.
 */
export class KeyAccess {
  readonly #stack: Stack
  readonly #props: KeyAccessProps

  constructor(scope: Construct, props: KeyAccessProps) {
    this.#stack = Stack.of(scope)
    this.#props = props
  }

  /** Lets the administrators look after a key. */
  administer(): PolicyStatement {
    const { administrators } = this.#props
    return new PolicyStatement({
      sid: 'Administer',
      principals: [new AccountRootPrincipal()],
      actions: ADMINISTRATION,
      resources: ['*'],
      ...(administrators && {
        conditions: by(() => [this.#rootUser(), this.#deployer(), ...administrators]),
      }),
    })
  }

  /** The condition of a statement that lets a key be used: by the functions, or one of the users. */
  using(functions: () => readonly string[]): Conditions {
    const { users } = this.#props
    return users ? by(() => [this.#deployer(), ...functions(), ...users]) : {}
  }

  /**
   * A key's policy; `undefined` where IAM alone decides.
   *
   * @param usage all that the key is for
   * @param functions the roles that it was granted to
   */
  policy(usage: readonly string[], functions: () => readonly string[]): PolicyDocument | undefined {
    const { administrators, users } = this.#props
    if (administrators === undefined && users === undefined) return undefined
    return new PolicyDocument({
      statements: [
        this.administer(),
        ...(usage.length === 0
          ? []
          : [
              new PolicyStatement({
                sid: 'Use',
                principals: [new AccountRootPrincipal()],
                actions: [...usage],
                resources: ['*'],
                conditions: this.using(functions),
              }),
            ]),
      ],
    })
  }

  /** So that a key whose administrators are all gone is not lost. */
  #rootUser(): string {
    return this.#stack.formatArn({ service: 'iam', region: '', resource: 'root' })
  }

  /** KMS takes no policy that would keep out who sets it. */
  #deployer(): string {
    const { synthesizer } = this.#stack
    if (!(synthesizer instanceof DefaultStackSynthesizer)) {
      throw new Error('Key policies want the role that deploys, which another synthesizer hides.')
    }
    return Fn.sub(synthesizer.cloudFormationExecutionRoleArn)
  }
}

/** As a condition and not as principals: KMS refuses a policy with a role that IAM does not know yet. */
function by(roles: () => readonly string[]): Conditions {
  return { ArnLike: { 'aws:PrincipalArn': Lazy.list({ produce: () => [...roles()] }) } }
}
