import type { ResolvedStack } from '#local/template/resolve-stack.ts'
import type { Identity } from './judge-access.ts'
import { type PolicyStatement, policyStatements } from './policy-statement.ts'

/** Who is held to which policies. */
export interface IamRules {
  /** By the caller. */
  readonly identities: ReadonlyMap<string, Identity>
  /** By the key's ARN. */
  readonly keyPolicies: ReadonlyMap<string, readonly PolicyStatement[]>
  /** The ARN of the key under which a table lies, by the table's name. */
  readonly tableKeys: ReadonlyMap<string, string>
}

/**
 * What the template permits each of its functions, and each of its keys to anyone.
 *
 * @throws Error naming the logical id of what cannot be judged: never is it taken for "allow"
 */
export function iamRules(stack: ResolvedStack): IamRules {
  const { partition, account } = stack
  const keys = stack.all('AWS::KMS::Key')
  const keyArn = (name: string): string | undefined =>
    keys.find(({ ref, attributes }) => name === ref || name === attributes['Arn'])?.attributes[
      'Arn'
    ]

  const identity = (logicalId: string, functionName: string, roleArn: string): Identity => {
    const role = stack.all('AWS::IAM::Role').find(({ attributes }) => attributes['Arn'] === roleArn)
    if (!role) throw new Error(`${logicalId}: its role ${roleArn} is not of this stack`)
    if (role.properties.ManagedPolicyArns.length > 0) {
      throw new Error(`${role.logicalId}: managed policies are not judged here`)
    }
    const attached = stack
      .all('AWS::IAM::Policy')
      .filter(({ properties }) => properties.Roles.includes(role.ref))
    return {
      sessionArn: `arn:${partition}:sts::${account}:assumed-role/${role.ref}/${functionName}`,
      roleArn,
      accountRootArn: `arn:${partition}:iam::${account}:root`,
      statements: [
        ...role.properties.Policies.flatMap(({ PolicyName, PolicyDocument }) =>
          policyStatements(`${role.logicalId}/${PolicyName}`, 'identity', PolicyDocument),
        ),
        ...attached.flatMap((policy) =>
          policyStatements(policy.logicalId, 'identity', policy.properties.PolicyDocument),
        ),
      ],
    }
  }

  return {
    identities: new Map(
      stack
        .all('AWS::Lambda::Function')
        .map(({ logicalId, ref, properties }) => [
          logicalId,
          identity(logicalId, ref, properties.Role),
        ]),
    ),
    keyPolicies: new Map(
      keys.map(({ logicalId, attributes, properties }) => [
        attributes['Arn'] ?? '',
        policyStatements(logicalId, 'key', properties.KeyPolicy),
      ]),
    ),
    tableKeys: new Map(
      stack.all('AWS::DynamoDB::Table').flatMap(({ logicalId, ref, properties }) => {
        const name = properties.SSESpecification?.KMSMasterKeyId
        if (name === undefined) return []
        const arn = keyArn(name)
        if (arn === undefined) throw new Error(`${logicalId}: its key ${name} is not of this stack`)
        return [[ref, arn] as const]
      }),
    ),
  }
}
