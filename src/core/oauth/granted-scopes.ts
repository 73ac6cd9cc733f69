/** What a `scope` of a token response says. */
export interface GrantedScopes {
  /** In the order they came, each once; `undefined` where the response has no scope. */
  readonly scopes: readonly string[] | undefined
  readonly isLegacy: boolean
}

const RESOURCE_DOTS =
  /^(?:(patient|user|system)\.([A-Z*][A-Za-z]*\.[A-Za-z*]+)|(launch)\.(patient|encounter))$/
const RESOURCE_DOLLAR = /^https?:\/\/.*\/((patient|user|system)\$.+)$/
const RESOURCE = /^((?:patient|user|system)\/[A-Za-z*]+\.)([A-Za-z*]+)(.*)$/

/** SMART's first drafts: a resource type and a verb, of no context. */
const LEGACY = /^[A-Z][A-Za-z]+\.[a-z]+$/

/**
 * Reads a `scope` member: text or a list, of scopes that are parted by spaces or else by commas, and
 * written with dots or behind an audience with dollars. A resource scope's verb is put into lower case;
 * `null` and the like say nothing.
 */
export function grantedScopes(scope: unknown): GrantedScopes {
  const texts = Array.isArray(scope) ? scope : typeof scope === 'string' ? [scope] : undefined
  const parts = texts?.flatMap((one: unknown) => (typeof one === 'string' ? partsOf(one) : []))
  const scopes = parts && [...new Set(parts.map(inOwnForm))]
  return { scopes, isLegacy: scopes?.some((one) => LEGACY.test(one)) ?? false }
}

/** A comma may also stand in a SMART filter: `patient/X.rs?category=a,b`. */
function partsOf(scope: string): readonly string[] {
  const trimmed = scope.trim()
  const isCommaList = !/\s/.test(trimmed) && !trimmed.includes('?')
  return trimmed.split(isCommaList ? ',' : /\s+/).filter(Boolean)
}

function inOwnForm(scope: string): string {
  const dollar = RESOURCE_DOLLAR.exec(scope)?.[1]?.replaceAll('$', '/')
  const dots = RESOURCE_DOTS.exec(scope)
  const plain = dollar ?? (dots ? dots.slice(1).filter(Boolean).join('/') : scope)
  const [, head, verb = '', filter = ''] = RESOURCE.exec(plain) ?? []
  return head ? head + verb.toLowerCase() + filter : plain
}
