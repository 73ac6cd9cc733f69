import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AccessRequest, judgeAccess } from '#local/iam/judge-access.ts'
import { matchesPattern } from '#local/iam/matches-pattern.ts'
import { policyStatements } from '#local/iam/policy-statement.ts'

const ROOT = 'arn:aws:iam::1:root'
const TABLE = 'arn:aws:dynamodb:us-east-1:1:table/things'
const KEY = 'arn:aws:kms:us-east-1:1:key/one'
const ALLOW = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: TABLE }
const KEY_ALLOW = {
  Effect: 'Allow',
  Action: 'kms:Decrypt',
  Resource: '*',
  Principal: { AWS: ROOT },
}

const document = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements })
const read = (resource = TABLE, keys: readonly string[] = []): AccessRequest => ({
  action: 'dynamodb:GetItem',
  resource,
  context: { 'dynamodb:LeadingKeys': keys },
})
const decrypt = (context: AccessRequest['context'] = {}): AccessRequest => ({
  action: 'kms:Decrypt',
  resource: KEY,
  context,
})

/** A role that has these statements, and what it is answered. */
function setup(statements: readonly object[], keyStatements?: readonly object[]) {
  const identity = {
    sessionArn: 'arn:aws:sts::1:assumed-role/role/fn',
    roleArn: 'arn:aws:iam::1:role/role',
    accountRootArn: ROOT,
    statements: policyStatements('Policy', 'identity', document(...statements)),
  }
  const policy = keyStatements && {
    kind: 'key' as const,
    statements: policyStatements('Key', 'key', document(...keyStatements)),
  }
  return (request: AccessRequest) => judgeAccess(request, identity, policy)
}

describe('a call', () => {
  test('it is allowed by a statement, which is named', () => {
    const judge = setup([{ ...ALLOW, Action: 'dynamodb:PutItem' }, ALLOW])
    expect(judge(read())).toEqual([
      { action: 'dynamodb:GetItem', resource: TABLE, statement: 'Policy#1' },
    ])
  })

  test('it is refused in the words of AWS where nothing allows it', () => {
    expect(() => setup([])(read())).toThrow(
      expect.objectContaining({
        type: 'AccessDeniedException',
        message: `User: arn:aws:sts::1:assumed-role/role/fn is not authorized to perform: dynamodb:GetItem on resource: ${TABLE} because no identity-based policy allows the dynamodb:GetItem action`,
      }),
    )
  })

  test('it puts events of the types that it may, and of no other', () => {
    const bus = 'arn:aws:events:us-east-1:1:event-bus/bus'
    const Condition = { StringEquals: { 'events:detail-type': ['thing.done'] } }
    const judge = setup([{ ...ALLOW, Action: 'events:PutEvents', Resource: bus, Condition }])
    const put = (type: string) =>
      judge({
        action: 'events:PutEvents',
        resource: bus,
        context: { 'events:detail-type': [type] },
      })

    expect(put('thing.done')).toHaveLength(1)
    expect(() => put('thing.undone')).toThrow(/not authorized to perform: events:PutEvents/)
  })

  test('it is refused where a statement denies it, whatever allows it', () => {
    const judge = setup([ALLOW, { Effect: 'Deny', Action: 'dynamodb:*', Resource: '*' }])
    expect(() => judge(read())).toThrow('with an explicit deny in an identity-based policy')
  })

  test('it is refused on another resource', () => {
    expect(() => setup([ALLOW])(read(`${TABLE}/index/byName`))).toThrow('is not authorized')
  })

  test('it is held to the leading keys', () => {
    const judge = setup([
      { ...ALLOW, Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['a#*'] } } },
    ])
    expect(judge(read(TABLE, ['a#1']))).toHaveLength(1)
    expect(() => judge(read(TABLE, ['b#1']))).toThrow('is not authorized')
  })
})

describe('a use of a key', () => {
  const OWN = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY }
  const VIA = { StringEquals: { 'kms:ViaService': 'dynamodb.us-east-1.amazonaws.com' } }

  test('it takes the key policy and the role policy', () => {
    expect(setup([OWN], [KEY_ALLOW])(decrypt())).toMatchObject([
      { statement: 'Policy#0' },
      { statement: 'Key#0' },
    ])
    expect(() => setup([], [KEY_ALLOW])(decrypt())).toThrow('no identity-based policy')
    expect(() => setup([OWN], [])(decrypt())).toThrow('no resource-based policy')
  })

  test('it is refused to a role when the key is for a service', () => {
    const service = { ...KEY_ALLOW, Principal: { Service: 'logs.us-east-1.amazonaws.com' } }
    expect(() => setup([OWN], [service])(decrypt())).toThrow('no resource-based policy')
  })

  test('it is refused directly when it is allowed through a service', () => {
    const judge = setup([{ ...OWN, Condition: VIA }], [KEY_ALLOW])
    expect(judge(decrypt({ 'kms:ViaService': ['dynamodb.us-east-1.amazonaws.com'] }))).toHaveLength(
      2,
    )
    expect(() => judge(decrypt())).toThrow('is not authorized')
  })

  test('it compares an ARN part by part', () => {
    const Condition = { ArnLike: { 'kms:EncryptionContext:log': 'arn:aws:logs:*:1:group/a-*' } }
    const judge = setup([{ ...OWN, Condition }], [KEY_ALLOW])
    const under = (arn: string) => decrypt({ 'kms:EncryptionContext:log': [arn] })
    expect(judge(under('arn:aws:logs:us-east-1:1:group/a-1'))).toHaveLength(2)
    expect(() => judge(under('arn:aws:logs:x:y:1:group/a-1'))).toThrow('is not authorized')
  })
})

describe('a call on a queue', () => {
  const QUEUE = 'arn:aws:sqs:us-east-1:1:letters'
  const OWN = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: QUEUE }
  const ANYONE = { ...OWN, Principal: { AWS: '*' } }
  const INSECURE = { Bool: { 'aws:SecureTransport': 'false' } }

  function judged(own: readonly object[], theirs: readonly object[], isSecure = true) {
    const identity = {
      sessionArn: 'arn:aws:sts::1:assumed-role/role/fn',
      roleArn: 'arn:aws:iam::1:role/role',
      accountRootArn: ROOT,
      statements: policyStatements('Policy', 'identity', document(...own)),
    }
    const statements = policyStatements('Queue', 'queue', document(...theirs))
    const context = { 'aws:SecureTransport': [String(isSecure)] }
    return judgeAccess({ action: 'sqs:SendMessage', resource: QUEUE, context }, identity, {
      kind: 'queue',
      statements,
    }).map(({ statement }) => statement)
  }

  test('it takes one of the two policies', () => {
    expect(judged([OWN], [])).toEqual(['Policy#0'])
    expect(judged([], [ANYONE])).toEqual(['Queue#0'])
    expect(() => judged([], [])).toThrow('no identity-based policy')
  })

  test('it is refused where the queue denies it', () => {
    const deny = { ...ANYONE, Effect: 'Deny', Condition: INSECURE }
    expect(judged([OWN], [deny])).toEqual(['Policy#0'])
    expect(() => judged([OWN], [deny], false)).toThrow('explicit deny in a resource-based policy')
  })
})

describe('a policy', () => {
  test.each([
    ['NotAction', { Effect: 'Allow', NotAction: 'a:b', Resource: '*' }],
    ['NotResource', { Effect: 'Allow', Action: 'a:b', NotResource: '*' }],
    ['StringNotEquals', { ...ALLOW, Condition: { StringNotEquals: { 'kms:ViaService': 'x' } } }],
    ['aws:SourceIp', { ...ALLOW, Condition: { StringEquals: { 'aws:SourceIp': 'x' } } }],
    [
      'dynamodb:LeadingKeys',
      {
        ...ALLOW,
        Action: 'dynamodb:Query',
        Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'x' } },
      },
    ],
    ['aws:SourceArn', { ...ALLOW, Condition: { ArnLike: { 'aws:SourceArn': 'x' } } }],
    ['Bool', { ...ALLOW, Condition: { Bool: { 'kms:ViaService': 'true' } } }],
    ['policy variable', { ...ALLOW, Condition: { StringLike: { 'kms:ViaService': `\${a}` } } }],
  ])('it is refused with %s, by its logical id', (element, statement) => {
    const read = () => policyStatements('Policy', 'identity', document(statement))
    expect(read).toThrow('Policy')
    expect(read).toThrow(element)
  })

  test.each(['*', 'arn:aws:iam::1:user/someone'])(
    'it is refused with the principal %s',
    (principal) => {
      const statement = { ...KEY_ALLOW, Principal: { AWS: principal } }
      expect(() => policyStatements('Key', 'key', document(statement))).toThrow(principal)
    },
  )
})

describe('a pattern', () => {
  test('it matches itself where it has no wildcard, and nothing else', () => {
    const plain = fc.string().filter((text) => !/[*?]/.test(text))
    fc.assert(
      fc.property(plain, plain, (one, other) => {
        expect(matchesPattern(one, other)).toBe(one === other)
      }),
    )
  })

  test('it matches any text in the place of its asterisk', () => {
    const plain = fc.string().filter((text) => !/[*?]/.test(text))
    fc.assert(
      fc.property(plain, fc.string(), plain, (before, between, after) => {
        expect(matchesPattern(`${before}*${after}`, `${before}${between}${after}`)).toBe(true)
      }),
    )
  })
})
