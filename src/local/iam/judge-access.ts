import { AwsError } from '#local/aws/aws-error.ts'
import { type ConditionContext, meetsCondition } from './condition.ts'
import { matchesPattern } from './matches-pattern.ts'
import type { PolicyStatement } from './policy-statement.ts'

/** One thing that a call has to be permitted; a call may need several. */
export interface AccessRequest {
  /** `dynamodb:GetItem` */
  readonly action: string
  readonly resource: string
  readonly context: ConditionContext
}

/** A caller as IAM knows it: a role's session, with what the role's policies say. */
export interface Identity {
  /** `arn:aws:sts::…:assumed-role/<role>/<function>` */
  readonly sessionArn: string
  readonly roleArn: string
  readonly accountRootArn: string
  readonly statements: readonly PolicyStatement[]
  /** Of a service's call: for whom it calls. */
  readonly source?: ConditionContext
}

/** That a statement permitted something. */
export interface Allowance {
  readonly action: string
  readonly resource: string
  /** The policy's logical id with the statement's `Sid`, or its place from 0. */
  readonly statement: string
}

/** What a resource's own policy says. */
export interface ResourcePolicy {
  readonly kind: 'key' | 'queue'
  readonly statements: readonly PolicyStatement[]
}

/**
 * Judges as IAM does within one account: a Deny first, then an Allow, else no.
 *
 * The policy of a KMS key has to allow the role, or to leave it to the account, whose own policies
 * then have to. With that of a queue it is enough if one of the two allows.
 *
 * @throws AwsError `AccessDeniedException`, which says what lacks
 */
export function judgeAccess(
  request: AccessRequest,
  identity: Identity,
  policy?: ResourcePolicy,
): readonly Allowance[] {
  const own = identity.statements.filter((statement) => applies(statement, request))
  const names = [identity.roleArn, identity.sessionArn, identity.accountRootArn, '*']
  const theirs = (policy?.statements ?? [])
    .filter(({ principals }) => principals.some((principal) => names.includes(principal)))
    .filter((statement) => applies(statement, request))

  if (own.some(isDeny)) throw denied(request, identity, 'identity-based', true)
  if (theirs.some(isDeny)) throw denied(request, identity, 'resource-based', true)

  const ownAllow = own.find(({ effect }) => effect === 'Allow')
  const direct = theirs.find(({ principals }) => !principals.includes(identity.accountRootArn))
  if (direct) return [allowance(request, direct)]
  if (policy?.kind === 'key') {
    const [throughAccount] = theirs
    if (!throughAccount) throw denied(request, identity, 'resource-based', false)
    if (ownAllow) return [allowance(request, ownAllow), allowance(request, throughAccount)]
  }
  if (!ownAllow) throw denied(request, identity, 'identity-based', false)
  return [allowance(request, ownAllow)]
}

function applies(statement: PolicyStatement, request: AccessRequest): boolean {
  const action = request.action.toLowerCase()
  return (
    statement.actions.some((pattern) => matchesPattern(pattern.toLowerCase(), action)) &&
    statement.resources.some((pattern) => matchesPattern(pattern, request.resource)) &&
    statement.conditions.every((condition) => meetsCondition(condition, request.context))
  )
}

function isDeny({ effect }: PolicyStatement): boolean {
  return effect === 'Deny'
}

function allowance({ action, resource }: AccessRequest, { id }: PolicyStatement): Allowance {
  return { action, resource, statement: id }
}

function denied(
  { action, resource }: AccessRequest,
  { sessionArn }: Identity,
  kind: string,
  explicit: boolean,
): AwsError {
  const why = explicit
    ? `with an explicit deny in ${kind === 'identity-based' ? 'an' : 'a'} ${kind} policy`
    : `because no ${kind} policy allows the ${action} action`
  return new AwsError(
    'AccessDeniedException',
    `User: ${sessionArn} is not authorized to perform: ${action} on resource: ${resource} ${why}`,
  )
}
