import { BrokerError } from '#core/errors.ts'

/** All that an app may do by itself; the session's grant and the EHR decide the rest. */
const FULL_SCOPE = 'system/*.cruds'

/** `system/{type}.{interactions}`, in the form of SMART 2 (`rs`) or SMART 1 (`read`). */
const SYSTEM_SCOPE = /^system\/(\*|[A-Z][A-Za-z]{0,63})\.(read|write|\*|(?=[cruds])c?r?u?d?s?)$/

/** An interaction of SMART 2, by its letter. */
export type Permission = 'c' | 'r' | 'u' | 'd' | 's'

/** SMART 1's words for them. */
const LETTERS: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' }

/**
 * The scope granted to an app that asked for `asked`: that, if it is within `system/*.cruds`, and
 * `system/*.cruds` itself if nothing was asked. A scope narrowed by a query is refused, because we
 * could not hold the app to it.
 *
 * @throws BrokerError `client_scope_invalid`
 */
export function appScope(asked: string | undefined): string {
  if (!asked) return FULL_SCOPE
  if (!asked.split(' ').every((scope) => SYSTEM_SCOPE.test(scope))) {
    throw new BrokerError('client_scope_invalid')
  }
  return asked
}

/**
 * Whether a granted scope covers an interaction with a resource type.
 *
 * @param type `*` for an interaction with any: only a scope of all types covers it
 */
export function scopePermits(scope: string, type: string, permission: Permission): boolean {
  return scope.split(' ').some((one) => {
    const [, scopedType, interactions = ''] = SYSTEM_SCOPE.exec(one) ?? []
    const letters = LETTERS[interactions] ?? interactions
    return (scopedType === '*' || scopedType === type) && letters.includes(permission)
  })
}
