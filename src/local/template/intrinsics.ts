/** What intrinsic functions are resolved against. */
export interface ResolveScope {
  /** The value of `Ref`: a resource, a parameter or a pseudo parameter. */
  ref(name: string): unknown
  attribute(logicalId: string, attribute: string): unknown
  condition(name: string): boolean
  mapping(map: string, first: string, second: string): unknown
}

type Resolve = (value: unknown) => unknown
type Intrinsic = (argument: unknown, resolve: Resolve, scope: ResolveScope) => unknown

/** A property that `AWS::NoValue` leaves out. */
export const NO_VALUE = Symbol('AWS::NoValue')

/**
 * The value with every intrinsic function in it resolved.
 *
 * @throws Error for an intrinsic that is not known here, or that is not written as it has to be
 */
export function resolveIntrinsics(value: unknown, scope: ResolveScope): unknown {
  const resolve: Resolve = (inner) => resolveIntrinsics(inner, scope)
  if (Array.isArray(value)) return value.map(resolve).filter((item) => item !== NO_VALUE)
  if (typeof value !== 'object' || value === null) return value

  const entries = Object.entries(value)
  const [only] = entries
  if (only && entries.length === 1 && isIntrinsicName(only[0])) {
    const intrinsic = INTRINSICS[only[0]]
    if (!intrinsic) throw new Error(`The local runtime does not know ${only[0]}`)
    return intrinsic(only[1], resolve, scope)
  }
  return Object.fromEntries(
    entries
      .map(([name, inner]) => [name, resolve(inner)] as const)
      .filter(([, inner]) => inner !== NO_VALUE),
  )
}

/** `Condition` alone is left out: it is also a member of policy statements. */
function isIntrinsicName(name: string): boolean {
  return name === 'Ref' || name.startsWith('Fn::')
}

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, _, scope) => scope.ref(text(name)),

  'Fn::GetAtt': (argument, _, scope) => {
    const [logicalId = '', ...attribute] =
      typeof argument === 'string' ? argument.split('.') : list(argument).map(text)
    return scope.attribute(logicalId, attribute.join('.'))
  },

  'Fn::Join': (argument, resolve) => {
    const [separator, parts] = list(argument)
    return list(resolve(parts)).map(text).join(text(separator))
  },

  'Fn::Select': (argument, resolve) => {
    const [index, items] = list(argument)
    const selected = list(resolve(items))[Number(resolve(index))]
    if (selected === undefined) throw new Error('Fn::Select has no item of that index')
    return selected
  },

  'Fn::Split': (argument, resolve) => {
    const [separator, whole] = list(argument)
    return text(resolve(whole)).split(text(separator))
  },

  'Fn::If': (argument, resolve, scope) => {
    const [condition, whenTrue, whenFalse] = list(argument)
    return resolve(scope.condition(text(condition)) ? whenTrue : whenFalse)
  },

  'Fn::FindInMap': (argument, resolve, scope) => {
    const [map = '', first = '', second = ''] = list(argument).map((part) => text(resolve(part)))
    return scope.mapping(map, first, second)
  },

  'Fn::Sub': (argument, resolve, scope) => {
    const [whole, variables = {}] = typeof argument === 'string' ? [argument] : list(argument)
    const given = resolve(variables) as Readonly<Record<string, unknown>>
    return text(whole).replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`
      if (Object.hasOwn(given, name)) return text(given[name])
      const [logicalId = '', ...attribute] = name.split('.')
      return text(
        attribute.length > 0
          ? scope.attribute(logicalId, attribute.join('.'))
          : scope.ref(logicalId),
      )
    })
  },
}

/** A condition's value; conditions have functions of their own. */
export function resolveCondition(value: unknown, scope: ResolveScope): boolean {
  const [name, argument] = Object.entries(value as object)[0] ?? []
  const each = () => list(argument).map((inner) => resolveCondition(inner, scope))
  switch (name) {
    case 'Condition':
      return scope.condition(text(argument))
    case 'Fn::Equals': {
      const [one, other] = list(resolveIntrinsics(argument, scope))
      return one === other
    }
    case 'Fn::Not':
      return !each()[0]
    case 'Fn::And':
      return each().every(Boolean)
    case 'Fn::Or':
      return each().some(Boolean)
    default:
      throw new Error(`The local runtime does not know the condition ${name}`)
  }
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw new Error('An intrinsic function wants a list here')
}

function text(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new Error('An intrinsic function wants text here')
}
