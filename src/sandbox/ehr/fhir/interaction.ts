import type { HttpMethod } from '@medplum/fhir-router'
import type { Permission } from '#sandbox/ehr/scopes.ts'

/** What a request asks of the FHIR server. */
export interface Interaction {
  readonly method: HttpMethod
  readonly type: string
  readonly id?: string
  /** Of a read that names one. */
  readonly version?: string
  readonly isSearch: boolean
  readonly permission: Permission
}

const ID = /^[A-Za-z0-9.-]{1,64}$/

/** The methods on a resource that is named by its id, and the permission that each takes. */
const INSTANCE_PERMISSIONS = {
  GET: 'r',
  PUT: 'u',
  PATCH: 'u',
  DELETE: 'd',
} as const satisfies Partial<Record<HttpMethod, Permission>>

/**
 * Reads method and path (`/Type/id`); `undefined` for what this server does not do: whole-system
 * interactions, operations, lists of versions, and writes that name no resource but a search.
 */
export function parseInteraction(method: string, path: string): Interaction | undefined {
  const [type = '', id, history, version, ...rest] = path.split('/').slice(1)
  if (!type || rest.length > 0) return undefined
  const isVersion = history === '_history' && ID.test(version ?? '') && method === 'GET'
  if (history !== undefined && !isVersion) return undefined

  if (id === undefined) {
    if (method === 'GET') return { method, type, isSearch: true, permission: 's' }
    if (method === 'POST') return { method, type, isSearch: false, permission: 'c' }
    return undefined
  }
  if (id === '_search') {
    return method === 'POST' ? { method, type, isSearch: true, permission: 's' } : undefined
  }
  if (!ID.test(id) || !Object.hasOwn(INSTANCE_PERMISSIONS, method)) {
    return undefined
  }
  const instanceMethod = method as keyof typeof INSTANCE_PERMISSIONS
  return {
    method: instanceMethod,
    type,
    id,
    ...(version !== undefined && { version }),
    isSearch: false,
    permission: INSTANCE_PERMISSIONS[instanceMethod],
  }
}
