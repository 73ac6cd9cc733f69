/** Characters that REST APIs want encoded in a query; a request with one raw is refused. */
const REFUSED = /[|{}"<>\\^`]/

/**
 * The parameters of a raw query string, decoded, in their order. `;` separates as `&` does.
 *
 * `undefined` for a query that API Gateway refuses.
 *
 * @see [Important notes](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html)
 */
export function parseQuery(query: string): Readonly<Record<string, string[]>> | undefined {
  if (REFUSED.test(query)) return undefined
  const parameters = new Map<string, string[]>()
  try {
    for (const pair of query.split(/[&;]/).filter((part) => part !== '')) {
      const separator = pair.indexOf('=')
      const name = decode(separator < 0 ? pair : pair.slice(0, separator))
      const value = separator < 0 ? '' : decode(pair.slice(separator + 1))
      const values = parameters.get(name)
      if (values) values.push(value)
      else parameters.set(name, [value])
    }
  } catch {
    return undefined
  }
  return Object.fromEntries(parameters)
}

function decode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '))
}
