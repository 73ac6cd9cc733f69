import type { ConditionContext } from './condition.ts'

type Input = Readonly<Record<string, unknown>>

/** Names in an expression: `#placeholder` or a plain one; values begin with a colon. */
const NAME = /(?<![:\w#])#?[A-Za-z_]\w*/g

/** What else stands in expressions where a name could: clauses, operators and functions. */
const WORDS = new Set(
  [
    ...['SET', 'REMOVE', 'ADD', 'DELETE', 'AND', 'OR', 'NOT', 'IN', 'BETWEEN'],
    ...['attribute_exists', 'attribute_not_exists', 'attribute_type', 'begins_with', 'contains'],
    ...['size', 'if_not_exists', 'list_append'],
  ].map((word) => word.toLowerCase()),
)

/**
 * What a call on an item says of attributes: which it names (`dynamodb:Attributes`, the key's among
 * them), and whether a read asks for these alone (`dynamodb:Select`).
 *
 * @see [Fine-grained access control](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html)
 */
export function attributesOf(action: string, input: Input): ConditionContext {
  const { ProjectionExpression, UpdateExpression, ConditionExpression } = input
  const placeholders = object(input['ExpressionAttributeNames'])
  const named = [ProjectionExpression, UpdateExpression, ConditionExpression]
    .flatMap((expression) => (typeof expression === 'string' ? expression.match(NAME) : []) ?? [])
    .filter((name) => !WORDS.has(name.toLowerCase()))
    .map((name) => String(placeholders[name] ?? name))
  const attributes = [
    ...Object.keys(object(input['Key'])),
    ...Object.keys(object(input['Item'])),
    ...named,
  ]

  return {
    'dynamodb:Attributes': [...new Set(attributes)],
    ...(action === 'GetItem' && {
      'dynamodb:Select': [
        ProjectionExpression === undefined ? 'ALL_ATTRIBUTES' : 'SPECIFIC_ATTRIBUTES',
      ],
    }),
  }
}

function object(value: unknown): Input {
  return typeof value === 'object' && value !== null ? (value as Input) : {}
}
