import { ArnFormat, Stack, Token, Validations } from 'aws-cdk-lib'
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam'
import { Construct, type IConstruct } from 'constructs'
import type { StorageKey } from './storage-key.ts'

export interface SecretsPrefixProps {
  /** The first part of the prefix. */
  readonly prefix: string
  /** The last part of the prefix, without slashes. */
  readonly name: string
  readonly storageKey: StorageKey
}

/**
 * Where secrets of one kind stand in Secrets Manager. The command line makes them, each as the registry
 * names it, under the storage key; so the stack knows their prefix and never their values.
 */
export class SecretsPrefix extends Construct {
  /** Ends with a slash. */
  readonly prefix: string
  readonly #storageKey: StorageKey

  constructor(scope: Construct, id: string, props: SecretsPrefixProps) {
    super(scope, id)

    this.prefix = `${props.prefix}/${props.name}/`
    this.#storageKey = props.storageKey
  }

  /** Lets the grantee read any secret under the prefix, and no other. */
  grantRead(grantee: IGrantable & IConstruct): Grant {
    Validations.of(grantee).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:secretsmanager:${placeOf(this)}:secret:${this.prefix}*]`,
      reason:
        'Secrets under this prefix come with the registry, after the stack is deployed, and Secrets ' +
        'Manager ends each ARN with six characters of its own.',
    })

    return Grant.addToPrincipal({
      grantee,
      actions: ['secretsmanager:GetSecretValue'],
      resourceArns: [
        Stack.of(this).formatArn({
          service: 'secretsmanager',
          resource: 'secret',
          resourceName: `${this.prefix}*`,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ],
    }).combine(this.#storageKey.grantReadSecrets(grantee))
  }
}

/** Region and account as cdk-nag names them: by the pseudo parameters, where they are not chosen. */
function placeOf(scope: Construct): string {
  const { region, account } = Stack.of(scope)
  return `${Token.isUnresolved(region) ? '<AWS::Region>' : region}:${Token.isUnresolved(account) ? '<AWS::AccountId>' : account}`
}
