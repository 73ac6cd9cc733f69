import { describe, expect, test } from 'vitest'
import { resolveStack } from '#local/template/resolve-stack.ts'

function setup(sections: {
  readonly Resources?: object
  readonly Outputs?: object
  readonly Conditions?: object
}) {
  return resolveStack({
    stackName: 'Test',
    account: '123456789012',
    region: 'us-east-1',
    template: {
      Parameters: { Size: { Type: 'String', Default: 'small' } },
      Mappings: { Sizes: { small: { memory: '128' } } },
      Conditions: {},
      Outputs: {},
      ...withDefaults(sections),
    },
  })
}

function withDefaults({ Resources = {}, ...rest }: { readonly Resources?: object }) {
  return {
    ...rest,
    Resources: Object.fromEntries(
      Object.entries(Resources).map(([id, resource]) => [
        id,
        { Properties: {}, DependsOn: [], ...resource },
      ]),
    ),
  }
}

const output = (Value: unknown, more: object = {}) =>
  setup({ Resources: { Logs: LOGS }, Outputs: { Out: { Value } }, ...more }).outputs['Out']

const LOGS = { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'logs' } }

describe('intrinsic functions', () => {
  test('it resolves references to resources, parameters and pseudo parameters', () => {
    expect(output({ Ref: 'Logs' })).toBe('logs')
    expect(output({ Ref: 'Size' })).toBe('small')
    expect(output({ Ref: 'AWS::Region' })).toBe('us-east-1')
  })

  test('it resolves attributes', () => {
    expect(output({ 'Fn::GetAtt': ['Logs', 'Arn'] })).toBe(
      'arn:aws:logs:us-east-1:123456789012:log-group:logs:*',
    )
  })

  test('it substitutes variables, attributes and references, and leaves literals', () => {
    const template = `\${Logs}|\${Logs.Arn}|\${AWS::Partition}|\${given}|\${!kept}`
    expect(output({ 'Fn::Sub': [template, { given: { Ref: 'Size' } }] })).toBe(
      `logs|arn:aws:logs:us-east-1:123456789012:log-group:logs:*|aws|small|\${kept}`,
    )
  })

  test('it joins, splits and selects', () => {
    const parts = { 'Fn::Split': ['-', 'a-b-c'] }
    expect(output({ 'Fn::Join': ['/', parts] })).toBe('a/b/c')
    expect(output({ 'Fn::Select': [1, parts] })).toBe('b')
  })

  test('it finds in maps', () => {
    expect(output({ 'Fn::FindInMap': ['Sizes', { Ref: 'Size' }, 'memory'] })).toBe('128')
  })

  test('it decides by conditions', () => {
    const Conditions = {
      Small: { 'Fn::Equals': [{ Ref: 'Size' }, 'small'] },
      Big: { 'Fn::Not': [{ Condition: 'Small' }] },
    }
    expect(output({ 'Fn::If': ['Small', 'yes', 'no'] }, { Conditions })).toBe('yes')
    expect(output({ 'Fn::If': ['Big', 'yes', 'no'] }, { Conditions })).toBe('no')
  })

  test('it leaves out a property of no value', () => {
    const Properties = {
      LogGroupName: 'logs',
      RetentionInDays: { Ref: 'AWS::NoValue' },
    }
    const stack = setup({ Resources: { Logs: { ...LOGS, Properties } } })
    expect(stack.all('AWS::Logs::LogGroup')[0]?.properties).toEqual({ LogGroupName: 'logs' })
  })
})

describe('what is refused', () => {
  test('it names the output of an intrinsic that it does not know', () => {
    expect(() => output({ 'Fn::ImportValue': 'x' })).toThrow(/^Out: .*Fn::ImportValue/)
  })

  test('it names the resource of a type that it does not know', () => {
    expect(() => setup({ Resources: { Bucket: { Type: 'AWS::S3::Bucket' } } })).toThrow(
      /^Bucket: .*AWS::S3::Bucket/,
    )
  })

  test('it names the resource and the property that it does not know', () => {
    const Properties = { ...LOGS.Properties, Streams: 3 }
    expect(() => setup({ Resources: { Logs: { ...LOGS, Properties } } })).toThrow(
      /^Logs: .*"Streams"/,
    )
  })

  test('it names the circle of resources that need each other', () => {
    const Resources = {
      One: { ...LOGS, Properties: { LogGroupName: { Ref: 'Two' } } },
      Two: { ...LOGS, DependsOn: ['One'] },
    }
    expect(() => setup({ Resources })).toThrow('One → Two → One')
  })

  test('it names a reference to nothing', () => {
    const Properties = { LogGroupName: { 'Fn::Sub': `\${Gone.Arn}` } }
    expect(() => setup({ Resources: { Logs: { ...LOGS, Properties } } })).toThrow(
      /^Logs: refers to Gone/,
    )
  })
})

test('it passes over what has no effect on one machine', () => {
  const Dashboard = { Type: 'AWS::CloudWatch::Dashboard', Properties: { Whatever: 1 } }
  expect(() => setup({ Resources: { Dashboard } })).not.toThrow()
})

test('it makes a resource only if its condition is true', () => {
  const Conditions = { Never: { 'Fn::Equals': ['a', 'b'] } }
  const Logs = { ...LOGS, Condition: 'Never' }
  expect(setup({ Conditions, Resources: { Logs } }).all('AWS::Logs::LogGroup')).toEqual([])
})

test('it names resources alike at every start', () => {
  const Key = { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Statement: [] } } }
  const ref = () => setup({ Resources: { Key } }).all('AWS::KMS::Key')[0]?.ref
  expect(ref()).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  expect(ref()).toBe(ref())
})
