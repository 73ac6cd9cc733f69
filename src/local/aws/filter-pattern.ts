import { AwsError } from './aws-error.ts'

const COMPARISON = /^\s*\$\.(\w+(?:\[\d+\]|\.\w+)*)\s*=\s*"([^"\\]*)"\s*$/

type Members = Readonly<Record<string, unknown>>

/**
 * Whether a log line matches, for the part of CloudWatch Logs' filter patterns that is served:
 * `{ $.member = "text" }`, several of them joined by `||` or by `&&`. A member may be further inside,
 * as `$.agent[0].who`. In a text `*` stands for any
 * characters. Only lines that are JSON match.
 *
 * @throws AwsError `InvalidParameterException` for any other pattern
 * @see [Filter pattern syntax](https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html)
 */
export function filterPattern(pattern: string | undefined): (message: string) => boolean {
  if (!pattern?.trim()) return () => true

  const body = /^\s*\{(.*)\}\s*$/s.exec(pattern)?.[1]
  const every = body?.includes('&&') ?? false
  if (body === undefined || (every && body.includes('||'))) throw unserved()
  const comparisons = body.split(every ? '&&' : '||').map(comparison)
  return (message) => {
    const members = membersOf(message)
    if (!members) return false
    return every
      ? comparisons.every((matches) => matches(members))
      : comparisons.some((matches) => matches(members))
  }
}

function comparison(text: string): (members: Members) => boolean {
  const [, path = '', value] = COMPARISON.exec(text) ?? []
  if (value === undefined) throw unserved()
  const literals = value.split('*').map((literal) => literal.replace(/[^\w\s]/g, '\\$&'))
  const expected = new RegExp(`^${literals.join('.*')}$`, 's')
  const steps = path.match(/\w+/g) ?? []
  return (members) => {
    const found = steps.reduce<unknown>((inside, step) => memberOf(inside, step), members)
    return typeof found === 'string' && expected.test(found)
  }
}

/** A member of an object, or an element of an array. */
function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? value[name as keyof typeof value]
    : undefined
}

function membersOf(message: string): Members | undefined {
  try {
    const parsed: unknown = JSON.parse(message)
    return typeof parsed === 'object' && parsed !== null ? (parsed as Members) : undefined
  } catch {
    return undefined
  }
}

function unserved(): AwsError {
  return new AwsError('InvalidParameterException', 'The local runtime does not serve this pattern.')
}
