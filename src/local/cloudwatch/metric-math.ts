/** Values of the metrics by their ids; `undefined` where a period has no data. */
type MetricValues = (id: string) => number | undefined

type Evaluate = (values: MetricValues) => number | undefined

/** Numbers, names, and the operators and brackets of what is served. */
const TOKEN = /\s*(\d+(?:\.\d+)?|[A-Za-z_]\w*|>=|<=|==|!=|[-+*/(),<>])/y

const OPERATORS: readonly Readonly<Record<string, (a: number, b: number) => number>>[] = [
  {
    '>=': (a, b) => Number(a >= b),
    '<=': (a, b) => Number(a <= b),
    '>': (a, b) => Number(a > b),
    '<': (a, b) => Number(a < b),
    '==': (a, b) => Number(a === b),
    '!=': (a, b) => Number(a !== b),
  },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': (a, b) => a / b },
]

/**
 * CloudWatch's metric math over one period, for the part of it that is served: arithmetic,
 * comparisons, `IF` and `FILL` with a number. Without data, a term has none.
 *
 * @throws Error for anything else
 * @see [Metric math](https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html)
 */
export function metricMath(expression: string): Evaluate {
  const tokens = tokensOf(expression)
  const unserved = () => new Error(`The local runtime does not serve the metric math ${expression}`)
  const take = (expected?: string): string => {
    const token = tokens.shift()
    if (token === undefined || (expected !== undefined && token !== expected)) throw unserved()
    return token
  }

  const binary = (level: number): Evaluate => {
    const operators = OPERATORS[level]
    if (!operators) return primary()
    let left = binary(level + 1)
    for (;;) {
      const apply = Object.hasOwn(operators, tokens[0] ?? '') ? operators[take()] : undefined
      if (!apply) return left
      left = both(apply, left, binary(level + 1))
    }
  }
  const primary = (): Evaluate => {
    const token = take()
    if (token === '(') {
      const inner = binary(0)
      take(')')
      return inner
    }
    if (/^\d/.test(token)) return () => Number(token)
    if (tokens[0] !== '(') {
      if (!/^[a-z]/.test(token)) throw unserved()
      return (values) => values(token)
    }
    take('(')
    const given = [binary(0)]
    for (let mark = take(); mark !== ')'; mark = take()) {
      if (mark !== ',') throw unserved()
      given.push(binary(0))
    }
    return called(token, given, unserved)
  }

  const whole = binary(0)
  if (tokens.length > 0) throw unserved()
  return whole
}

function called(name: string, given: readonly Evaluate[], unserved: () => Error): Evaluate {
  const [first, second, third] = given
  if (name === 'FILL' && first && second && !third) {
    return (values) => first(values) ?? second(values)
  }
  if (name === 'IF' && first && second && third && given.length === 3) {
    return (values) => {
      const condition = first(values)
      if (condition === undefined) return undefined
      return condition === 0 ? third(values) : second(values)
    }
  }
  throw unserved()
}

function both(apply: (a: number, b: number) => number, left: Evaluate, right: Evaluate): Evaluate {
  return (values) => {
    const [a, b] = [left(values), right(values)]
    return a === undefined || b === undefined ? undefined : apply(a, b)
  }
}

function tokensOf(expression: string): string[] {
  const tokens: string[] = []
  let at = 0
  while (expression.slice(at).trim() !== '') {
    TOKEN.lastIndex = at
    const found = TOKEN.exec(expression)
    if (!found) throw new Error(`The local runtime does not serve the metric math ${expression}`)
    tokens.push(found[1] ?? '')
    at = TOKEN.lastIndex
  }
  return tokens
}
