import * as z from 'zod'
import type { CloudAssembly } from './cloud-assembly.ts'
import { dependencyOrder } from './dependency-order.ts'
import { NO_VALUE, type ResolveScope, resolveCondition, resolveIntrinsics } from './intrinsics.ts'
import { type PhysicalResource, physicalResource } from './physical-names.ts'
import {
  RESOURCE_SCHEMAS,
  type ResourceProperties,
  type ResourceType,
  TYPES_WITHOUT_EFFECT,
} from './resource-schemas.ts'

/** A resource with every property resolved. */
export interface ResolvedResource<Type extends ResourceType> extends PhysicalResource {
  readonly logicalId: string
  readonly properties: ResourceProperties<Type>
}

/** The stack as CloudFormation would make it. */
export interface ResolvedStack {
  readonly stackName: string
  readonly account: string
  readonly region: string
  readonly partition: string
  readonly urlSuffix: string
  readonly outputs: Readonly<Record<string, string>>
  /** All resources of a type, in the order in which they are made. */
  all<Type extends ResourceType>(type: Type): readonly ResolvedResource<Type>[]
}

const PARTITION = 'aws'
const URL_SUFFIX = 'amazonaws.com'

/**
 * Resolves the template of an assembly.
 *
 * @throws Error naming the logical id of what is not known here: a type, a property, an intrinsic
 */
export function resolveStack({
  stackName,
  account,
  region,
  template,
}: Omit<CloudAssembly, 'asset'>): ResolvedStack {
  const place = { stackName, account, region, partition: PARTITION }
  const pseudo: Readonly<Record<string, unknown>> = {
    'AWS::AccountId': account,
    'AWS::NoValue': NO_VALUE,
    'AWS::NotificationARNs': [],
    'AWS::Partition': PARTITION,
    'AWS::Region': region,
    'AWS::StackId': `arn:${PARTITION}:cloudformation:${region}:${account}:stack/${stackName}/local`,
    'AWS::StackName': stackName,
    'AWS::URLSuffix': URL_SUFFIX,
  }
  const made = new Map<string, PhysicalResource>()

  const resource = (logicalId: string): PhysicalResource => {
    const known = made.get(logicalId)
    if (known) return known
    throw new Error(`${logicalId} is not made: its condition is false`)
  }
  const scope: ResolveScope = {
    ref(name) {
      if (Object.hasOwn(pseudo, name)) return pseudo[name]
      const parameter = template.Parameters[name]
      if (!parameter) return resource(name).ref
      // Such a parameter names where in the account its value is, and there is no account.
      if (parameter.Default !== undefined && !parameter.Type.startsWith('AWS::SSM::')) {
        return parameter.Default
      }
      throw new Error(`The parameter ${name} has no value here`)
    },
    attribute(logicalId, attribute) {
      const value = resource(logicalId).attributes[attribute]
      if (value !== undefined) return value
      throw new Error(`The local runtime does not know the attribute ${logicalId}.${attribute}`)
    },
    condition(name) {
      const condition = template.Conditions[name]
      if (condition !== undefined) return resolveCondition(condition, scope)
      throw new Error(`The condition ${name} is not there`)
    },
    mapping(map, first, second) {
      const value = template.Mappings[map]?.[first]?.[second]
      if (value !== undefined) return value
      throw new Error(`The mapping ${map} has nothing at ${first}, ${second}`)
    },
  }

  const resolved: { readonly type: string; readonly resource: ResolvedResource<ResourceType> }[] =
    []
  for (const logicalId of dependencyOrder(template.Resources, Object.keys(template.Parameters))) {
    const { Type, Properties, Condition } = template.Resources[logicalId] ?? { Type: '' }
    if (Condition !== undefined && !scope.condition(Condition)) continue
    named(logicalId, () => {
      const physical = physicalResource(Type, logicalId, place, (name) =>
        resolveIntrinsics(Properties?.[name], scope),
      )
      made.set(logicalId, physical)
      if (TYPES_WITHOUT_EFFECT.includes(Type)) return
      const properties = judge(Type, resolveIntrinsics(Properties, scope))
      resolved.push({ type: Type, resource: { ...physical, logicalId, properties } })
    })
  }

  const outputs = Object.entries(template.Outputs)
    .filter(([, { Condition }]) => Condition === undefined || scope.condition(Condition))
    .map(([name, { Value }]) => [name, named(name, () => String(resolveIntrinsics(Value, scope)))])

  return {
    ...place,
    urlSuffix: URL_SUFFIX,
    outputs: Object.fromEntries(outputs),
    all: <Type extends ResourceType>(type: Type) =>
      resolved
        .filter((entry) => entry.type === type)
        .map((entry) => entry.resource as ResolvedResource<Type>),
  }
}

function judge(type: string, properties: unknown): ResourceProperties<ResourceType> {
  if (!isServed(type)) throw new Error(`the local runtime does not know the type ${type}`)
  const parsed = RESOURCE_SCHEMAS[type].safeParse(properties)
  if (parsed.success) return parsed.data
  throw new Error(`the local runtime does not serve this ${type}. ${z.prettifyError(parsed.error)}`)
}

function isServed(type: string): type is ResourceType {
  return Object.hasOwn(RESOURCE_SCHEMAS, type)
}

function named<Result>(logicalId: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`${logicalId}: ${reason}`, { cause: error })
  }
}
