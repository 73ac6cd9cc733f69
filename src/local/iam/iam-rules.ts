import type { ResolvedResource, ResolvedStack } from '#local/template/resolve-stack.ts'
import { meetsCondition } from './condition.ts'
import type { Identity, ResourcePolicy } from './judge-access.ts'
import { policyStatements } from './policy-statement.ts'

/** Who is held to which policies. */
export interface IamRules {
  /** By the caller. */
  readonly identities: ReadonlyMap<string, Identity>
  /** By the ARN of the key or the queue. */
  readonly resourcePolicies: ReadonlyMap<string, ResourcePolicy>
  /** The ARN of the key under which a table or a queue lies, by the table's name, the queue's URL. */
  readonly storageKeys: ReadonlyMap<string, string>
}

/**
 * What the template permits each of its functions, schedules and rules, and what each of its keys and
 * queues permits anyone.
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

  const roleOf = (logicalId: string, roleArn: string): ResolvedResource<'AWS::IAM::Role'> => {
    const role = stack.all('AWS::IAM::Role').find(({ attributes }) => attributes['Arn'] === roleArn)
    if (role) return role
    throw new Error(`${logicalId}: its role ${roleArn} is not of this stack`)
  }

  const identity = (logicalId: string, sessionName: string, roleArn: string): Identity => {
    const role = roleOf(logicalId, roleArn)
    if (role.properties.ManagedPolicyArns.length > 0) {
      throw new Error(`${role.logicalId}: managed policies are not judged here`)
    }
    const attached = stack
      .all('AWS::IAM::Policy')
      .filter(({ properties }) => properties.Roles.includes(role.ref))
    return {
      sessionArn: `arn:${partition}:sts::${account}:assumed-role/${role.ref}/${sessionName}`,
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

  /** A service has to be let take on the role that it calls others in. */
  const assumed = (schedule: ResolvedResource<'AWS::Scheduler::Schedule'>): Identity => {
    const { logicalId, ref, properties } = schedule
    const { RoleArn } = properties.Target
    const role = roleOf(logicalId, RoleArn)
    const trust = policyStatements(
      role.logicalId,
      'trust',
      role.properties.AssumeRolePolicyDocument,
    )
    const group = `arn:${partition}:scheduler:${stack.region}:${account}:schedule-group/${properties.GroupName}`
    const context = { 'aws:SourceAccount': [account], 'aws:SourceArn': [group] }
    const isTrusted = trust.some(
      ({ effect, actions, principals, conditions }) =>
        effect === 'Allow' &&
        actions.includes('sts:AssumeRole') &&
        principals.includes('scheduler.amazonaws.com') &&
        conditions.every((condition) => meetsCondition(condition, context)),
    )
    if (isTrusted) return identity(logicalId, ref, RoleArn)
    throw new Error(`${logicalId}: EventBridge Scheduler may not take on ${role.logicalId}`)
  }

  /** A service that calls in its own name: only the resources' policies permit it anything. */
  const service = (principal: string, sourceArn: string): Identity => ({
    sessionArn: principal,
    roleArn: principal,
    accountRootArn: '',
    statements: [],
    source: { 'aws:SourceArn': [sourceArn], 'aws:SourceAccount': [account] },
  })

  const storageKey = (logicalId: string, ref: string, name: string | undefined) => {
    if (name === undefined) return []
    const arn = keyArn(name)
    if (arn === undefined) throw new Error(`${logicalId}: its key ${name} is not of this stack`)
    return [[ref, arn] as const]
  }

  return {
    identities: new Map([
      ...stack
        .all('AWS::Lambda::Function')
        .map(
          ({ logicalId, ref, properties }) =>
            [logicalId, identity(logicalId, ref, properties.Role)] as const,
        ),
      ...stack
        .all('AWS::Scheduler::Schedule')
        .map((schedule) => [schedule.logicalId, assumed(schedule)] as const),
      ...stack
        .all('AWS::Events::Rule')
        .map(
          ({ logicalId, attributes }) =>
            [logicalId, service('events.amazonaws.com', attributes['Arn'] ?? '')] as const,
        ),
    ]),
    resourcePolicies: new Map([
      ...keys.map(({ logicalId, attributes, properties }): [string, ResourcePolicy] => [
        attributes['Arn'] ?? '',
        { kind: 'key', statements: policyStatements(logicalId, 'key', properties.KeyPolicy) },
      ]),
      ...stack.all('AWS::SQS::Queue').map(({ ref, attributes }): [string, ResourcePolicy] => [
        attributes['Arn'] ?? '',
        {
          kind: 'queue',
          statements: stack
            .all('AWS::SQS::QueuePolicy')
            .filter(({ properties }) => properties.Queues.includes(ref))
            .flatMap(({ logicalId, properties }) =>
              policyStatements(logicalId, 'queue', properties.PolicyDocument),
            ),
        },
      ]),
    ]),
    storageKeys: new Map([
      ...stack
        .all('AWS::DynamoDB::Table')
        .flatMap(({ logicalId, ref, properties }) =>
          storageKey(logicalId, ref, properties.SSESpecification?.KMSMasterKeyId),
        ),
      ...stack
        .all('AWS::SQS::Queue')
        .flatMap(({ logicalId, ref, properties }) =>
          storageKey(logicalId, ref, properties.KmsMasterKeyId),
        ),
    ]),
  }
}
