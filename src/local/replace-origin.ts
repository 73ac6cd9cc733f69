import type { ResolvedStack } from './template/resolve-stack.ts'

/**
 * Replaces the execute-api origin of the stack's API by the local one: exactly that origin, wherever
 * a text names it, and nothing else.
 */
export function replaceOrigin(stack: ResolvedStack, origin: string): (text: string) => string {
  const origins = stack
    .all('AWS::ApiGateway::RestApi')
    .map(({ ref }) => `https://${ref}.execute-api.${stack.region}.${stack.urlSuffix}`)
    .map((text) => text.replaceAll('.', '\\.'))
  const pattern = new RegExp(`(?<![\\w.-])(?:${origins.join('|')})(?![\\w.:-])`, 'g')
  return (text) => (origins.length > 0 ? text.replace(pattern, origin) : text)
}
