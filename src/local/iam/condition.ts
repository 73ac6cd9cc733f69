import { matchesPattern } from './matches-pattern.ts'

/** What a call is known by beside its action and resource: the values of each condition key. */
export type ConditionContext = Readonly<Record<string, readonly string[]>>

/** One line of a statement's `Condition`: an operator, a key and the values that satisfy it. */
export interface Condition {
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
}

type Compare = (wanted: string, actual: string) => boolean

const COMPARISONS: Readonly<Record<string, Compare>> = {
  StringEquals: (wanted, actual) => wanted === actual,
  StringLike: matchesPattern,
  ArnLike: matchesArn,
  Bool: (wanted, actual) => wanted === actual,
}

const KEYS =
  /^(dynamodb:(LeadingKeys|Attributes|Select)|events:detail-type|kms:ViaService|kms:EncryptionContext:.+|aws:(SecureTransport|SourceAccount|SourceArn))$/
const MANY_VALUED = ['dynamodb:LeadingKeys', 'dynamodb:Attributes']
const FOR_ALL = 'ForAllValues:'
const IF_EXISTS = /IfExists$/

/**
 * Refuses a condition that could be judged otherwise here than AWS does.
 *
 * @throws Error naming the operator or the key
 */
export function checkCondition({ operator, key, values }: Condition): void {
  const comparison = comparisonOf(operator)
  if (!Object.hasOwn(COMPARISONS, comparison)) {
    throw new Error(`the condition operator ${operator} is not judged here`)
  }
  if (!KEYS.test(key)) throw new Error(`the condition key ${key} is not judged here`)
  if (operator.startsWith(FOR_ALL) !== MANY_VALUED.includes(key)) {
    throw new Error(`the condition operator ${operator} is not judged here on ${key}`)
  }
  // The operator is for keys that are true or false, and this is the only one that is known.
  if ((comparison === 'Bool') !== (key === 'aws:SecureTransport')) {
    throw new Error(`the condition operator ${operator} is not judged here on ${key}`)
  }
  // A policy variable stands for what the call brings, and would be compared as text.
  if (values.some((value) => value.includes('${'))) {
    throw new Error(`the policy variable in the condition on ${key} is not judged here`)
  }
}

/**
 * Whether a call meets a condition. `ForAllValues` holds of no values, and `IfExists` of a key that
 * the call does not have, as AWS documents.
 */
export function meetsCondition(condition: Condition, context: ConditionContext): boolean {
  const { operator, key, values } = condition
  const compare = COMPARISONS[comparisonOf(operator)]
  const actual = Object.hasOwn(context, key) ? (context[key] ?? []) : []
  const met = (one: string) => values.some((wanted) => compare?.(wanted, one) === true)
  const mayLack = operator.startsWith(FOR_ALL) || IF_EXISTS.test(operator)
  return (mayLack || actual.length > 0) && actual.every(met)
}

function comparisonOf(operator: string): string {
  return operator.replace(FOR_ALL, '').replace(IF_EXISTS, '')
}

/** Each of an ARN's six parts is a pattern of its own: a wildcard does not reach over a colon. */
function matchesArn(wanted: string, actual: string): boolean {
  const [patterns, parts] = [arnParts(wanted), arnParts(actual)]
  return (
    patterns.length === parts.length &&
    patterns.every((pattern, index) => matchesPattern(pattern, parts[index] ?? ''))
  )
}

function arnParts(arn: string): readonly string[] {
  const parts = arn.split(':')
  return [...parts.slice(0, 5), parts.slice(5).join(':')]
}
