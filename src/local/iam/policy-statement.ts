import * as z from 'zod'
import { type Condition, checkCondition } from './condition.ts'

/** A statement of which every element can be judged. */
export interface PolicyStatement {
  /** The policy's logical id with the statement's `Sid`, or its place from 0. */
  readonly id: string
  readonly effect: 'Allow' | 'Deny'
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  readonly conditions: readonly Condition[]
  /** Whom the policy of a resource names: ARNs, and services by their domain. */
  readonly principals: readonly string[]
}

const oneOrMore = z
  .union([z.string(), z.array(z.string()).min(1)])
  .transform((value) => [value].flat())
const conditions = z
  .record(z.string(), z.record(z.string(), oneOrMore))
  .default({})
  .transform((operators) =>
    Object.entries(operators).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]): Condition => ({ operator, key, values })),
    ),
  )
const principals = z.strictObject({
  AWS: oneOrMore.default([]),
  Service: oneOrMore.default([]),
})
const statementFields = {
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore,
  Resource: oneOrMore,
  Condition: conditions,
}
/**
 * Whom an identity's policy is for goes without saying; that of a key or a queue has to say it, and
 * that of who may take on a role is about the role.
 */
const STATEMENTS = {
  identity: z.strictObject({ ...statementFields, Principal: z.undefined().optional() }),
  key: z.strictObject({ ...statementFields, Principal: principals }),
  queue: z.strictObject({ ...statementFields, Principal: principals }),
  trust: z.strictObject({
    ...statementFields,
    Resource: z
      .undefined()
      .optional()
      .transform((): string[] => []),
    Principal: principals,
  }),
}
type PolicyKind = keyof typeof STATEMENTS

const VERSION = z.literal('2012-10-17')

/** An account, a role, or a service, which calls in its own name and is no function of the stack. */
const PRINCIPAL = /^(arn:[\w-]+:iam::\w+:(root|role\/[^*?]+)|[a-z0-9.-]+\.amazonaws\.com)$/

/** The actions of which keys and attributes are in the request as they are. */
const ITEM_ACTIONS = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem']

/**
 * The statements of a policy: of a role (`identity`), a key, a queue, or who may take on a role
 * (`trust`).
 *
 * @throws Error naming the policy's logical id and the element that is not judged here
 */
export function policyStatements(
  logicalId: string,
  kind: PolicyKind,
  document: unknown,
): readonly PolicyStatement[] {
  const parsed = z
    .strictObject({
      Id: z.string().optional(),
      Version: VERSION,
      Statement: z.array(STATEMENTS[kind]),
    })
    .safeParse(document)
  if (!parsed.success) {
    throw new Error(
      `${logicalId}: the local runtime does not judge this policy. ${z.prettifyError(parsed.error)}`,
    )
  }
  return parsed.data.Statement.map((statement, index) => {
    const id = `${logicalId}#${statement.Sid ?? index}`
    const judged: PolicyStatement = {
      id,
      effect: statement.Effect,
      actions: statement.Action,
      resources: statement.Resource,
      conditions: statement.Condition,
      principals: [...(statement.Principal?.AWS ?? []), ...(statement.Principal?.Service ?? [])],
    }
    try {
      checkStatement(judged, kind)
    } catch (error) {
      throw new Error(`${id}: ${error instanceof Error ? error.message : error}`, { cause: error })
    }
    return judged
  })
}

function checkStatement(statement: PolicyStatement, kind: PolicyKind): void {
  const { actions, resources, conditions: lines, principals } = statement
  for (const line of lines) {
    checkCondition(line)
    // A service's call has a source, and that of a role has none; an identity's policy is for a role.
    if (line.key.startsWith('aws:Source') && kind === 'identity') {
      throw new Error(`the condition key ${line.key} is not judged here`)
    }
  }
  for (const principal of principals) {
    if (kind === 'queue' && principal === '*') continue
    if (!PRINCIPAL.test(principal)) throw new Error(`the principal ${principal} is not judged here`)
  }
  for (const action of actions) {
    if (!/^(\*|[a-z0-9-]+:[\w*?]+)$/i.test(action)) {
      throw new Error(`the action ${action} is not judged here`)
    }
  }
  const byEvent = lines.find(({ key }) => key.startsWith('events:'))
  if (byEvent && actions.some((action) => action !== 'events:PutEvents')) {
    throw new Error(`${byEvent.key} is not judged here for other actions than events:PutEvents`)
  }
  const unknown = resources.find((resource) => resource.includes('${'))
  if (unknown !== undefined) throw new Error(`the resource ${unknown} is not judged here`)
  const byItem = lines.find(({ key }) => key.startsWith('dynamodb:'))
  const other = actions.find(
    (action) => !ITEM_ACTIONS.some((known) => action === `dynamodb:${known}`),
  )
  if (byItem && other !== undefined) {
    throw new Error(`${byItem.key} is not judged here for ${other}`)
  }
}
